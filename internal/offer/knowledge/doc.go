// Package knowledge keeps what the firm knows so that anybody can answer:
// articles with versions in several languages, the words that mean the same
// (synonyms), the words of the trade (glossary) and who knows what (experts).
// It finds the right article for a question.
//
// It owns the tables article, article_version, article_ref, article_success,
// synonym, glossary_term and expert. It does not own to whom an answer was
// given, who must read what, or diagnostic flows: they follow its events and
// know articles by their ids.
//
// # The life of an article
//
//	draft ──submit──▶ review ──publish──▶ published ──retire──▶ retired
//	  ▲                 │                   │   ▲                 │
//	  └─────return──────┘                   │   └─────return──────┘
//	                                        ▼
//	                       its next version: draft ─▶ review ─▶ published
//
// # Invariants
//
//   - A published version is never changed. The next version begins as a copy
//     of the last one, in all its languages, and takes its place as a whole.
//   - At any time at most one version of an article is served: the published one
//     with the highest number whose effective date has come, unless its end has
//     come too. All others are history, or not yet in force.
//   - Who is not in the audience of an article does not learn that there is one:
//     not by search, not by its id, not by its code, not as a suggestion.
//   - HTML is cleaned before it is stored.
//   - The index is kept in the memory of each node, made from the tables, and the
//     same for the same articles: ranking does not depend on the engine or on the
//     order in which articles were written.
//   - uses, solved, helpful and unhelpful are plain counters. solved raises rank.
package knowledge
