// Package blob keeps files: attachments, raw mails, recordings. Where they lie is
// one decision for the whole server: in the data folder (Files), or in an
// S3-compatible store (S3) when there are several nodes.
//
// The key of a blob is the SHA-256 of its content, so the same logo in a
// thousand mails is stored once, and whoever has a key can tell whether the
// content is whole. Put returns when the blob is durable.
//
// One blob may be referred to by many rows, therefore nobody deletes one when
// a row goes. A job lists the blobs that were put last longer ago than any
// transaction lasts (List, with a day to spare), asks the tables which of them
// are still referred to, and deletes the others. Putting a blob again makes it
// new, so that a row being written at that moment does not lose it.
package blob
