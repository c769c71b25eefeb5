package diagnosis

import (
	"context"
	"time"

	"heed/internal/platform/rest"
)

// module is the part of the program that flows belong to.
const module = "knowledge"

type flowWire struct {
	ID         int64     `json:"id"`
	Names      Words     `json:"names"`
	Name       string    `json:"name" doc:"In the reader's language, or the nearest"`
	TypeIDs    []int64   `json:"type_ids"`
	ProductIDs []int64   `json:"product_ids"`
	State      string    `json:"state" enum:"draft,published,retired"`
	Nodes      []Node    `json:"nodes" doc:"Of the draft; the first one is where a walk begins"`
	LiveN      int64     `json:"live_n" doc:"The published version; 0 for none"`
	Changed    bool      `json:"changed" doc:"The draft differs from what is published"`
	UpdatedAt  time.Time `json:"updated_at"`
	Version    int64     `json:"version"`
}

func wire(ctx context.Context, fl Flow) flowWire {
	return flowWire{
		fl.ID, fl.Names, fl.Names.In(rest.Locale(ctx)), append([]int64{}, fl.TypeIDs...), append([]int64{}, fl.ProductIDs...), fl.State,
		append([]Node{}, fl.Nodes...), fl.LiveN, fl.Changed, fl.UpdatedAt, fl.Version,
	}
}

type stepWire struct {
	Node     string    `json:"node"`
	Answer   int       `json:"answer"`
	Question string    `json:"question"`
	Said     string    `json:"said"`
	Answers  []string  `json:"answers" doc:"What could be answered, to answer anew; not in lists"`
	At       time.Time `json:"at"`
}

type resultWire struct {
	Cause     string `json:"cause"`
	ArticleID *int64 `json:"article_id"`
	Part      string `json:"part"`
	Act       string `json:"act" enum:",reply,repair,visit,part"`
	Advice    string `json:"advice"`
}

type questionWire struct {
	Node     string   `json:"node"`
	Question string   `json:"question"`
	Help     string   `json:"help"`
	Answers  []string `json:"answers"`
}

type walkWire struct {
	ID        int64         `json:"id"`
	TicketID  int64         `json:"ticket_id"`
	FlowID    int64         `json:"flow_id"`
	FlowN     int64         `json:"flow_n"`
	Name      string        `json:"name"`
	State     string        `json:"state" enum:"walking,found,abandoned"`
	Path      []stepWire    `json:"path"`
	Question  *questionWire `json:"question" doc:"What is asked next"`
	Result    *resultWire   `json:"result"`
	ByName    string        `json:"by_name"`
	StartedAt time.Time     `json:"started_at"`
	EndedAt   time.Time     `json:"ended_at"`
}

// wireWalk writes a walk. Without the nodes of its version it does not say what
// is asked next.
func wireWalk(ctx context.Context, w Walk, nodes []Node) walkWire {
	locale := rest.Locale(ctx)
	out := walkWire{
		ID: w.ID, TicketID: w.TicketID, FlowID: w.FlowID, FlowN: w.FlowN, Name: w.Names.In(locale), State: w.State, Path: []stepWire{},
		ByName: w.ByName, StartedAt: w.StartedAt, EndedAt: w.EndedAt,
	}
	for _, s := range w.Path {
		n, _ := find(nodes, s.Node)
		out.Path = append(out.Path, stepWire{s.Node, s.Answer, s.Question.In(locale), s.Said.In(locale), n.says(locale), s.At})
	}
	if r := w.Result; r != nil {
		out.Result = &resultWire{Cause: r.Cause.In(locale), Part: r.Part, Act: r.Act, Advice: r.Advice.In(locale)}
		if r.ArticleID != 0 {
			out.Result.ArticleID = &r.ArticleID
		}
	}
	if n, ok := find(nodes, w.At); ok && w.State == Walking {
		out.Question = &questionWire{Node: n.Key, Question: n.Question.In(locale), Help: n.Help.In(locale), Answers: n.says(locale)}
	}
	return out
}

// says are the answers of a question as they are read.
func (n Node) says(locale string) []string {
	out := []string{}
	for _, a := range n.Answers {
		out = append(out, a.Text.In(locale))
	}
	return out
}

// FlowList are flows.
type FlowList struct {
	Items []flowWire `json:"items"`
}

// WalkList are walks.
type WalkList struct {
	Items []walkWire `json:"items"`
}

type listIn struct {
	TicketID int64 `query:"ticket_id" doc:"Those that can be walked on a ticket, the fittest first"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type versionedIn struct {
	rest.VersionIn
	ID int64 `path:"id"`
}

type createIn struct {
	Body struct {
		Names      Words   `json:"names"`
		TypeIDs    []int64 `json:"type_ids,omitempty" nullable:"true"`
		ProductIDs []int64 `json:"product_ids,omitempty" nullable:"true"`
		Nodes      []Node  `json:"nodes,omitempty" nullable:"true"`
	}
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		Names      *Words   `json:"names,omitempty"`
		TypeIDs    *[]int64 `json:"type_ids,omitempty"`
		ProductIDs *[]int64 `json:"product_ids,omitempty"`
		Nodes      *[]Node  `json:"nodes,omitempty"`
	}
}

type startIn struct {
	ID   int64 `path:"id"`
	Body struct {
		FlowID int64 `json:"flow_id"`
	}
}

type stepIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Node   string `json:"node" doc:"Where the walk stands, or an earlier question to answer anew"`
		Answer int    `json:"answer" doc:"Which answer, from 0"`
	}
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string, status int) rest.Op {
		return rest.Op{ID: id, Tag: "flows", Summary: summary, Status: status, Module: module}
	}
	rest.Get(r, "/flows", op("list-flows", "Diagnostic flows", 0), s.apiList)
	rest.Post(r, "/flows", op("create-flow", "Make the draft of a flow", 201), func(ctx context.Context, in *createIn) (*rest.One[flowWire], error) {
		fl, err := s.Create(ctx, Input(in.Body))
		return rest.OneOf(wire(ctx, fl), fl.Version), err
	})
	rest.Get(r, "/flows/{id}", op("get-flow", "A flow", 0), func(ctx context.Context, in *idIn) (*rest.One[flowWire], error) {
		fl, err := s.Flow(ctx, in.ID)
		return rest.OneOf(wire(ctx, fl), fl.Version), err
	})
	rest.Patch(r, "/flows/{id}", op("change-flow", "Change the draft of a flow", 0), func(ctx context.Context, in *changeIn) (*rest.One[flowWire], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		fl, err := s.Change(ctx, in.ID, version, Patch(in.Body))
		return rest.OneOf(wire(ctx, fl), fl.Version), err
	})
	rest.Post(r, "/flows/{id}/publish", op("publish-flow", "Make the draft the version that is walked", 0), s.versioned(s.Publish))
	rest.Post(r, "/flows/{id}/retire", op("retire-flow", "Take a flow out of service", 0), s.versioned(s.Retire))
	rest.Get(r, "/tickets/{id}/walks", op("list-walks", "Walks through flows on a ticket", 0), s.apiWalks)
	rest.Post(r, "/tickets/{id}/walks", op("start-walk", "Begin to walk a flow on a ticket", 201), func(ctx context.Context, in *startIn) (*rest.Body[walkWire], error) {
		w, nodes, err := s.Start(ctx, in.ID, in.Body.FlowID)
		return rest.Of(wireWalk(ctx, w, nodes)), err
	})
	rest.Get(r, "/walks/{id}", op("get-walk", "A walk, with what is asked next", 0), func(ctx context.Context, in *idIn) (*rest.Body[walkWire], error) {
		w, nodes, err := s.Walk(ctx, in.ID)
		return rest.Of(wireWalk(ctx, w, nodes)), err
	})
	rest.Post(r, "/walks/{id}/steps", op("step-walk", "Answer a question; at a result the cause is told on the ticket", 0), func(ctx context.Context, in *stepIn) (*rest.Body[walkWire], error) {
		w, nodes, err := s.Step(ctx, in.ID, in.Body.Node, in.Body.Answer)
		return rest.Of(wireWalk(ctx, w, nodes)), err
	})
	rest.Post(r, "/walks/{id}/abandon", op("abandon-walk", "End a walk that leads nowhere", 0), func(ctx context.Context, in *idIn) (*rest.Body[walkWire], error) {
		w, nodes, err := s.Abandon(ctx, in.ID)
		return rest.Of(wireWalk(ctx, w, nodes)), err
	})
}

func (s *Service) versioned(do func(ctx context.Context, id, version int64) (Flow, error)) func(context.Context, *versionedIn) (*rest.One[flowWire], error) {
	return func(ctx context.Context, in *versionedIn) (*rest.One[flowWire], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		fl, err := do(ctx, in.ID, version)
		return rest.OneOf(wire(ctx, fl), fl.Version), err
	}
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*rest.Body[FlowList], error) {
	list := s.Flows
	if in.TicketID != 0 {
		list = func(ctx context.Context) ([]Flow, error) { return s.FlowsFor(ctx, in.TicketID) }
	}
	all, err := list(ctx)
	out := FlowList{Items: []flowWire{}}
	for _, fl := range all {
		out.Items = append(out.Items, wire(ctx, fl))
	}
	return rest.Of(out), err
}

func (s *Service) apiWalks(ctx context.Context, in *idIn) (*rest.Body[WalkList], error) {
	all, err := s.Walks(ctx, in.ID)
	out := WalkList{Items: []walkWire{}}
	for _, w := range all {
		out.Items = append(out.Items, wireWalk(ctx, w, nil))
	}
	return rest.Of(out), err
}
