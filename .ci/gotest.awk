# Shortens the output of go test -v to one line for each package that passed, and the whole story of one that did not.

/^=== (RUN|PAUSE|CONT|NAME) / { test = $0; next } # kept for the line that may follow
/^ *--- (PASS|SKIP)/ { test = ""; next }

/^ok  \t/ { print; fflush(); lines = 0; test = ""; next }
/^\?   \t/ { next } # no test files

{
	if (test != "") {
		sub(/^=== (RUN|CONT) /, "=== NAME", test)
		kept[lines++] = test
		test = ""
	}
	kept[lines++] = $0
}

/^FAIL\t/ { flush_kept() }

END { flush_kept() }

function flush_kept(    i) {
	for (i = 0; i < lines; i++)
		print kept[i]
	fflush()
	lines = 0
}
