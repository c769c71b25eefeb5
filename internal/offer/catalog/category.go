package catalog

import "heed/internal/kernel/fault"

// deepest is how many categories may stand above one another.
const deepest = 6

// Category is a shelf of the catalogue.
type Category struct {
	ID       int64
	ParentID int64 // 0: at the top
	Names    Names
	Position int64
	Version  int64
}

// CategoryPatch is a change of a category; nil stays.
type CategoryPatch struct {
	ParentID *int64
	Names    *Names
	Position *int64
}

// with gives the category as the patch makes it, among all the others.
func (c Category) with(p CategoryPatch, all tree) (Category, error) {
	set(&c.ParentID, p.ParentID)
	set(&c.Names, p.Names)
	set(&c.Position, p.Position)
	var f fault.Fields
	c.Names = tidy(c.Names, "names", nameMost, true, &f)
	if c.ParentID != 0 {
		above := all.up(c.ParentID)
		switch {
		case len(above) == 0:
			f.Add("parent_id", "field.not_found")
		case contains(above, c.ID), len(above) >= deepest:
			f.Add("parent_id", "catalog.category_loop")
		}
	}
	return c, f.Err()
}

func contains(ids []int64, id int64) bool {
	for _, i := range ids {
		if i == id && id != 0 {
			return true
		}
	}
	return false
}

// tree is all categories by their id.
type tree map[int64]Category

// up lists a category and those above it, the nearest first; nothing when there
// is no such category.
func (t tree) up(id int64) []int64 {
	var out []int64
	for len(out) <= deepest {
		c, ok := t[id]
		if !ok {
			break
		}
		out = append(out, id)
		id = c.ParentID
	}
	return out
}

// down lists a category and all below it.
func (t tree) down(id int64) []int64 {
	var out []int64
	for i := range t {
		if contains(t.up(i), id) {
			out = append(out, i)
		}
	}
	return out
}
