package catalog

// CompareMost is how many products stand side by side at most.
const CompareMost = 4

// Row is one line of a comparison: the same property of each product.
type Row struct {
	Key     string
	Group   string
	Names   Names
	Cells   []*Attribute // one for each product, nil where its sheet says nothing
	Differs bool
}

// Compare puts data sheets side by side, by group and then as the first sheet
// that has the line orders them (R259).
func Compare(products []Product) []Row {
	out := []Row{}
	for _, group := range Groups() {
		at := map[string]int{}
		for i, p := range products {
			for _, a := range p.Attributes {
				if a.Group != group {
					continue
				}
				n, ok := at[a.Key]
				if !ok {
					n = len(out)
					at[a.Key] = n
					out = append(out, Row{Key: a.Key, Group: group, Names: a.Names, Cells: make([]*Attribute, len(products))})
				}
				out[n].Cells[i] = &a
			}
		}
	}
	for i := range out {
		out[i].Differs = differ(out[i].Cells)
	}
	return out
}

func differ(cells []*Attribute) bool {
	for _, c := range cells[1:] {
		if (c == nil) != (cells[0] == nil) || c != nil && !c.same(*cells[0]) {
			return true
		}
	}
	return false
}
