//! What terminals are told of a topic.

use contract::event::Event;
use store::journal::Topic;

/// What makes a terminal ask for everything it knows of a topic. `None` where another topic's event
/// does so too, for what a terminal is, which is told with all the rest, and for what concerns none.
pub(super) fn ask_again(topic: Topic) -> Option<Event> {
    match topic {
        Topic::RollCalls => Some(Event::RollCallChanged {
            roll_call_id: String::new(),
        }),
        Topic::Documents => Some(Event::FeedChanged),
        Topic::Duty => Some(Event::DutyChanged),
        Topic::Requests => Some(Event::RequestsChanged),
        Topic::Evaluations => Some(Event::EvaluationsChanged),
        Topic::RemoteActions => Some(Event::RemoteActionsChanged),
        Topic::People => Some(Event::PeopleChanged),
        Topic::Terminals | Topic::SignIns | Topic::Accounts => None,
    }
}
