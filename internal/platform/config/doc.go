// Package config reads the settings of the server from, in this order, flags,
// HEED_… variables of the environment, a TOML file, and defaults.
//
// Each setting is declared once, in settings.go; its flag (--base-url), its
// variable (HEED_BASE_URL), its key in the file (base_url), its default and the
// printed help all come from that one line. An empty variable counts as unset.
// What is unknown or wrong is an error that names the place and says what to do.
//
// What people change while the server runs (the firm's name, mailboxes, hours)
// is not here but in the database.
package config
