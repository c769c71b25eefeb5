// Package outbound is the only way out of the server: to webhooks, mail servers,
// identity providers and whatever else a person can name by an address.
//
// Whoever may enter an address could otherwise make the server call into the
// house it stands in (server-side request forgery): cloud metadata services,
// databases, printers. Therefore connections go to public addresses only. The
// check is made on the numeric address at the moment of connecting, after the
// name was resolved, so that neither a redirect nor a name that changes its
// address passes it by. What the house has of its own, such as a mail server,
// an administrator allows in the setting allow_private_outbound.
//
// Everything has a time limit, and what is read from HTTP a limit of size.
// Proxies of the environment (HTTP_PROXY) are not used: they would connect
// where we must not.
package outbound
