// Package email carries mail between customers and tickets: it fetches mail by
// IMAP and takes it by LMTP or from the command line, joins it to its ticket or
// opens one, acknowledges, sends replies, and reads what bounces.
//
// It owns the mailboxes, the record of every mail that came in (mail_in), the
// record of every mail that goes out (mail_out), the Message-IDs by which
// answers find their ticket (mail_ref) and the addresses that belong to a ticket
// (mail_party). It does not own messages (work/conversation), nor how mail is
// written and read (platform/mailwire).
//
// # Invariants
//
//  1. Nothing is acknowledged to a mail server before the raw mail is durable:
//     the position in an IMAP folder is saved in the transaction that records
//     the mail, LMTP answers 250 after it. What happens to the mail later is a
//     job, so a mail that breaks the program is still there.
//
//  2. The same mail, fetched twice or found in two mailboxes, is recorded once:
//     its key is its Message-ID with its fingerprint. Mails that only look alike,
//     or share a Message-ID by mistake, are different mails.
//
//  3. A mail joins a ticket only if it refers to a mail of that ticket by
//     Message-ID and its sender belongs to the ticket. The subject counts for
//     nothing.
//
//  4. Automatic mail is never answered (RFC 3834), nor is anybody answered more
//     than a few times an hour, nor one of our own mailboxes.
//
//  5. A reply has one Message-ID for ever. Before it is handed to a server that
//     is noted; if the program or the connection dies before the answer, nobody
//     can know whether it went out (RFC 1047): the message says so and a person
//     decides.
//
//     fetched ─→ stored ─→ handled: joined a ticket, opened one, was a bounce, was our own
//     └────→ refused: listed with the reason, handled again when asked
package email

import "heed/internal/platform/db"

// Migrations gives the schema of mail.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "email", N: 1, SQL: `
CREATE TABLE mailbox (
	id $id, name $text NOT NULL, address $text NOT NULL, aliases $json NOT NULL, team_id $int NOT NULL, active $bool NOT NULL,
	imap $json NOT NULL, imap_secret $text NOT NULL, smtp $json NOT NULL, smtp_secret $text NOT NULL,
	ack_enabled $bool NOT NULL, ack_subject $text NOT NULL, ack_html $text NOT NULL, signature_html $text NOT NULL,
	created_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX mailbox_address ON mailbox (address);
CREATE TABLE mailbox_state (
	mailbox_id $int NOT NULL PRIMARY KEY,
	uid_validity $int NOT NULL, last_uid $int NOT NULL,
	imap_state $text NOT NULL, imap_error $text NOT NULL, imap_detail $text NOT NULL, last_fetch_at $time,
	smtp_error $text NOT NULL, smtp_detail $text NOT NULL, last_sent_at $time
) $end;
CREATE TABLE mail_in (
	id $id, dkey $text NOT NULL, mailbox_id $int NOT NULL, message_id $text NOT NULL, raw_key $text NOT NULL, size $int NOT NULL,
	header_only $bool NOT NULL, sender $text NOT NULL, subject $text NOT NULL, state $text NOT NULL, reason $text NOT NULL,
	ticket_id $int NOT NULL, received_at $time NOT NULL
) $end;
CREATE UNIQUE INDEX mail_in_dkey ON mail_in (dkey);
CREATE INDEX mail_in_stored ON mail_in (message_id) WHERE state = 'stored';
CREATE INDEX mail_in_waiting ON mail_in (mailbox_id) WHERE state = 'stored';
CREATE INDEX mail_in_refused ON mail_in (id) WHERE state = 'refused';
CREATE INDEX mail_in_raw ON mail_in (raw_key);
CREATE INDEX mail_in_ticket ON mail_in (ticket_id) WHERE ticket_id > 0;
CREATE TABLE mail_ref (
	message_id $text NOT NULL, ticket_id $int NOT NULL, message_row $int NOT NULL, ours $bool NOT NULL, at $time NOT NULL,
	PRIMARY KEY (message_id, ticket_id)
) $end;
CREATE INDEX mail_ref_ticket ON mail_ref (ticket_id, at);
CREATE TABLE mail_party (ticket_id $int NOT NULL, address $text NOT NULL, PRIMARY KEY (ticket_id, address)) $end;
CREATE TABLE mail_out (
	message_row $int NOT NULL PRIMARY KEY, ticket_id $int NOT NULL, mailbox_id $int NOT NULL, message_id $text NOT NULL, created_at $time NOT NULL
) $end;
CREATE INDEX mail_out_ticket ON mail_out (ticket_id);
CREATE TABLE mail_ack (address $text NOT NULL, at $time NOT NULL) $end;
CREATE INDEX mail_ack_address ON mail_ack (address, at);
CREATE INDEX mail_ack_at ON mail_ack (at);
`}, {Slice: "email", N: 2, SQL: `
ALTER TABLE mailbox_state ADD COLUMN began_at $time NOT NULL DEFAULT 0;
ALTER TABLE mailbox_state ADD COLUMN again_to $int NOT NULL DEFAULT 0;
`}}
}
