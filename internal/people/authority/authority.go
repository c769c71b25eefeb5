package authority

import (
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
)

// The roles of agents, from the widest to the narrowest. Employee is everybody
// in the firm who is no service agent: he registers what he hears and looks up
// customers, and has no duties in queues.
const (
	Administrator = "administrator"
	Supervisor    = "supervisor"
	Rep           = "rep"
	Employee      = "employee"
)

// Permission is the right to do one kind of thing. Its text is part of the API.
type Permission string

// The permissions.
const (
	TicketView    Permission = "ticket.view"     // all tickets that are not in a foreign private team
	TicketViewOwn Permission = "ticket.view_own" // only tickets that one registered oneself
	TicketCreate  Permission = "ticket.create"
	TicketWork    Permission = "ticket.work" // reply, assign, status, tags, notes
	TicketDelete  Permission = "ticket.delete"
	NoteRead      Permission = "note.read"
	CustomerView  Permission = "customer.view"
	CustomerEdit  Permission = "customer.edit"
	CannedEdit    Permission = "canned.edit" // shared canned answers; one's own need no permission
	AgentManage   Permission = "agent.manage"
	TeamManage    Permission = "team.manage"
	MailboxManage Permission = "mailbox.manage"
	SettingManage Permission = "setting.manage"
	JobManage     Permission = "job.manage"

	KnowledgeRead    Permission = "knowledge.read"    // articles for the own teams, glossary, flows
	KnowledgeWrite   Permission = "knowledge.write"   // drafts
	KnowledgePublish Permission = "knowledge.publish" // review, publish, retire; must-reads; synonyms
	CatalogView      Permission = "catalog.view"      // products, prices, dealers
	CatalogEdit      Permission = "catalog.edit"
	DealerEdit       Permission = "dealer.edit"
	TypeManage       Permission = "type.manage"    // ticket types, severities, words that are watched
	CustomerMerge    Permission = "customer.merge" // and undoing it
	DataImport       Permission = "data.import"
	DataExport       Permission = "data.export"
)

// Roles lists the roles, the widest first.
func Roles() []string { return []string{Administrator, Supervisor, Rep, Employee} }

// IsRole tells whether role is one of the four.
func IsRole(role string) bool { return slices.Contains(Roles(), role) }

// Of lists what a role may do, in a fixed order; nothing for what is no role.
func Of(role string) []Permission {
	switch role {
	case Administrator:
		return []Permission{
			TicketView, TicketCreate, TicketWork, TicketDelete, NoteRead, CustomerView, CustomerEdit, CannedEdit,
			AgentManage, TeamManage, MailboxManage, SettingManage, JobManage,
			KnowledgeRead, KnowledgeWrite, KnowledgePublish, CatalogView, CatalogEdit, DealerEdit, TypeManage, CustomerMerge,
			DataImport, DataExport,
		}
	case Supervisor:
		return []Permission{
			TicketView, TicketCreate, TicketWork, TicketDelete, NoteRead, CustomerView, CustomerEdit, CannedEdit, TeamManage,
			KnowledgeRead, KnowledgeWrite, KnowledgePublish, CatalogView, CatalogEdit, DealerEdit, TypeManage, CustomerMerge, DataExport,
		}
	case Rep:
		return []Permission{
			TicketView, TicketCreate, TicketWork, NoteRead, CustomerView, CustomerEdit,
			KnowledgeRead, KnowledgeWrite, CatalogView, CustomerMerge,
		}
	case Employee:
		return []Permission{TicketViewOwn, TicketCreate, CustomerView, KnowledgeRead, CatalogView}
	}
	return nil
}

// Can tells whether a may do p.
func Can(a actor.Actor, p Permission) bool {
	switch a.Kind {
	case actor.System:
		return true
	case actor.Agent:
		return slices.Contains(Of(a.Role), p)
	default:
		return false
	}
}

// Require is nil when the actor in ctx may do p, the fault "unauthenticated"
// when nobody is signed in, and else the fault "forbidden".
func Require(ctx context.Context, p Permission) error {
	a := actor.From(ctx)
	switch {
	case Can(a, p):
		return nil
	case a.Kind == actor.Anonymous:
		return fault.Unauthenticated("unauthenticated")
	}
	return fault.Forbidden("forbidden")
}

// RequireAgent gives the agent who acts in ctx, for what every agent may do
// with his own things. It is the fault "unauthenticated" when nobody is signed
// in and "forbidden" for anybody else, the system included.
func RequireAgent(ctx context.Context) (actor.Actor, error) {
	a := actor.From(ctx)
	switch {
	case a.Kind == actor.Agent && a.ID > 0:
		return a, nil
	case a.Kind == actor.Anonymous:
		return a, fault.Unauthenticated("unauthenticated")
	}
	return a, fault.Forbidden("forbidden")
}

// SeesPrivateTeams tells whether a sees private teams that he is not in.
func SeesPrivateTeams(a actor.Actor) bool {
	return a.Kind == actor.System || a.Kind == actor.Agent && (a.Role == Administrator || a.Role == Supervisor)
}

// RequireKnown is nil for every agent and for the system: for what all who
// work here may know, such as who their colleagues are.
func RequireKnown(ctx context.Context) error {
	switch actor.From(ctx).Kind {
	case actor.Agent, actor.System:
		return nil
	case actor.Anonymous:
		return fault.Unauthenticated("unauthenticated")
	default:
		return fault.Forbidden("forbidden")
	}
}
