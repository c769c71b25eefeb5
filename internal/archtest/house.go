package archtest

// areas are the storeys of the house from the ground up. A storey stands on those before it.
var areas = []string{"kernel", "platform", "people", "offer", "work", "reach", "govern", "insight", "app"}

// Allowed are the imports between slices of one area, each with the reason why an event, a port or a move would be worse.
// The list is meant to stay short: two slices that need each other much are one.
var Allowed = map[string]string{
	"kernel/page → kernel/fault": "a cursor that cannot be read is a fault of the caller",

	"platform/jobs → platform/db":      "jobs are rows, enqueued in the caller's transaction",
	"platform/journal → platform/db":   "events are rows, recorded in the caller's transaction",
	"platform/live → platform/journal": "the stream is the journal, from a position on",
	"platform/live → platform/rest":    "a stream is opened by whoever rest finds to act",
	"platform/rest → platform/db":      "an idempotency key becomes durable with what the request did",
	"platform/rest → platform/i18n":    "a fault is told in the reader's language",

	"people/agent → people/authority":    "what a role may do",
	"people/agent → people/identity":     "one form of an address",
	"people/agent → people/setting":      "new agents begin with the firm's language and zone",
	"people/customer → people/authority": "who may see and edit customers",
	"people/customer → people/identity":  "one form of addresses and numbers, by which customers are found",
	"people/customer → people/setting":   "the country of numbers written without one",
	"people/setting → people/authority":  "who may change a setting",
	"people/signin → people/agent":       "whoever signs in is an agent",
	"people/signin → people/authority":   "who may invite and end sessions of others",
	"people/signin → people/identity":    "one form of an address",
	"people/signin → people/setting":     "the first start sets the firm up",

	"work/answer → work/conversation": "a correction is a reply, posted in the transaction that notes who got it",
	"work/answer → work/ticket":       "an answer is given on a ticket that the actor may see",
	"work/conversation → work/ticket": "a message changes its ticket in the same transaction",
	"work/diagnosis → work/ticket":    "a walk is on a ticket that the actor may see",
	"work/need → work/ticket":         "a rule about a ticket's next state is asked with the ticket",
	"work/need → work/tickettype":     "the questions whose answers it keeps, and what contradicts itself in them",
	"work/referral → work/ticket":     "who hands a ticket to a dealer sets its status and dealer in the same transaction",
	"work/tickettype → work/ticket":   "judges a ticket by its type, and says its priority",

	"reach/portal → reach/intake": "the web form is a channel, and intake is the one door",
}

// owner keeps libraries in places: folders, or file patterns of the slices.
type owner struct {
	libraries []string
	places    []string
}

// owners are the libraries that must not spread, and where each may be used.
var owners = []owner{
	{
		libraries: []string{"database/sql"},
		places:    []string{"internal/platform/db", "store*.go"},
	},
	{
		libraries: []string{"modernc.org/sqlite", "github.com/jackc/pgx"},
		places:    []string{"internal/platform/db"},
	},
	{
		libraries: []string{"net/http"},
		places: []string{
			"internal/platform/rest", "internal/platform/live", "internal/platform/web", "internal/platform/outbound",
			"internal/platform/obs", "api*.go",
			"internal/app",  // joins the handlers and listens
			"cmd/heedbench", // a client of the API, from outside
		},
	},
	{
		libraries: []string{"github.com/danielgtaylor/huma"},
		places:    []string{"internal/platform/rest", "api*.go"},
	},
	{
		libraries: []string{
			"net/smtp", "net/mail", "github.com/emersion/go-imap", "github.com/emersion/go-smtp", "github.com/emersion/go-message",
			"github.com/emersion/go-sasl", "github.com/jhillyerd/enmime", "github.com/microcosm-cc/bluemonday",
		},
		places: []string{"internal/platform/mailwire"},
	},
	{
		libraries: []string{"github.com/xuri/excelize", "encoding/csv"},
		places:    []string{"internal/platform/sheet"},
	},
}
