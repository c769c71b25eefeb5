// Package portal is the help centre: pages for anybody, without signing in and
// without a script. Visitors find articles, products and dealers there, send a
// request with photos, confirm that we have understood them, and dealers report
// what became of a request that was handed to them.
//
// It owns the tables portal_vote, portal_request and portal_setting, and the
// texts and looks of these pages. It does not own what is shown: articles,
// products, dealers, restatements and referrals are asked of their slices each
// time, so that nothing stands here that is no longer true (R252).
//
// # Invariants
//
//   - Whoever is signed in at the desk sees here what a stranger sees: the pages
//     are made for nobody in particular, and may be kept by caches.
//   - Where the module is off there is no help centre: every page is the page that
//     says so. Parts whose module is off are not there either.
//   - A form that is sent twice makes one ticket. One that is refused comes back
//     with all that was typed and every file that was sent with it.
//   - A visitor judges an article once a day.
//   - Prices are shown only where the firm has said so, and only those that hold
//     for everybody in its country.
//
// # Against programs that fill in forms
//
// A field that people do not see must stay empty; the form must have been open
// for a few seconds, told by a sealed time in it; and one network may send so
// many in an hour. All three give the form back with what was typed.
package portal
