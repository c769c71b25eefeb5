// Package mailwire holds all mail technology and knows no customer and no
// ticket: it reads mail (Parse), tells automatic mail (Automatic) and delivery
// reports (Bounce) from the rest, folds quoted history (Trim, TrimHTML), makes
// HTML harmless (Clean), writes mail (Compose), and speaks SMTP (Send), IMAP
// (Open) and LMTP (ServeLMTP).
//
// # Why its own reader
//
// Mail that cannot be read is mail lost, so the reader must accept everything.
// go-message reads what is well formed and gives up on the rest. enmime goes
// further, but decodes GB2312 as GBK at most, decodes each encoded word alone
// (a character cut between two words is destroyed), and turns the damaged
// parts into errors beside the mail. What is hard in reading mail is exactly
// this leniency, so it is written here in small files that each follow one
// RFC: header.go (5322), words.go (2047, 2231), transfer.go (2045), mime.go
// (2046), charset.go. The character tables are those of golang.org/x/text.
//
// No other package imports an SMTP, IMAP or HTML-sanitising library.
package mailwire
