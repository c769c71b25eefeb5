package conversation

import "testing"

func TestTheAddressOfAFileIsEscaped(t *testing.T) {
	t.Parallel()
	if got := (File{Token: "abc", Name: "a b#合.pdf"}).URL(); got != "/files/abc/a%20b%23%E5%90%88.pdf" {
		t.Error(got)
	}
}
