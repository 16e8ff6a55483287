//! What streams and routes are called. A program's begin with its id.

use media_studio::live;

/// Somebody who sends picture and sound into a program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// The host's page, or the encoder in its place.
    Host,
    /// A station's terminal.
    Station(String),
}

impl Who {
    /// The id of its stream.
    #[must_use]
    pub fn stream(&self, program_id: &str) -> String {
        match self {
            Self::Host => format!("{program_id}/host"),
            Self::Station(terminal_id) => format!("{program_id}/station/{terminal_id}"),
        }
    }

    /// The opposite of [`Who::stream`]: program and sender; `None` for what this process makes itself.
    #[must_use]
    pub fn of_stream(stream: &str) -> Option<(&str, Self)> {
        let (program_id, rest) = stream.split_once('/')?;
        let who = match rest.split_once('/') {
            None if rest == "host" => Self::Host,
            Some(("station", terminal_id)) => Self::Station(terminal_id.to_owned()),
            _ => return None,
        };
        Some((program_id, who))
    }

    /// Its name inside the mixer.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Host => "host",
            Self::Station(terminal_id) => terminal_id,
        }
    }

    /// The opposite of [`Who::id`].
    #[must_use]
    pub fn from_id(id: &str) -> Self {
        if id == "host" {
            Self::Host
        } else {
            Self::Station(id.to_owned())
        }
    }
}

/// What arrives of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamNews {
    /// Picture or sound.
    Live,
    /// Nothing for a while, or the sender is gone.
    Silent,
}

/// The route that everybody watches.
#[must_use]
pub fn program(program_id: &str) -> String {
    format!("{program_id}/program")
}

/// The route of one station, or of the host: without their own sound.
#[must_use]
pub fn own_route(program_id: &str, terminal_id: &str) -> String {
    format!("{program_id}/seat/{terminal_id}")
}

/// What the mixer makes.
pub(super) fn mix(program_id: &str) -> String {
    format!("{program_id}/mix")
}

/// What the mixer makes for one who speaks: the sound of the others.
pub(super) fn mix_minus(program_id: &str, terminal_id: &str) -> String {
    format!("{program_id}/minus/{terminal_id}")
}

/// A packet of the relay, for the mixer and for what writes.
pub(super) fn to_studio(packet: media_relay::Packet) -> live::Packet {
    live::Packet {
        media: match packet.media {
            media_relay::Media::Video => live::Media::Video,
            media_relay::Media::Audio => live::Media::Audio,
        },
        rtp: packet.rtp,
        at: packet.at,
    }
}

/// The opposite of [`to_studio`].
pub(super) fn to_relay(packet: live::Packet) -> media_relay::Packet {
    media_relay::Packet {
        media: match packet.media {
            live::Media::Video => media_relay::Media::Video,
            live::Media::Audio => media_relay::Media::Audio,
        },
        rtp: packet.rtp,
        at: packet.at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_names_its_sender() {
        assert_eq!(Who::of_stream("m/host"), Some(("m", Who::Host)));
        let station = Who::Station("t".to_owned());
        assert_eq!(Who::of_stream(&station.stream("m")), Some(("m", station)));
        for made in ["m/mix", "m/minus/t", "m/program", "m/seat/t", "m"] {
            assert_eq!(Who::of_stream(made), None, "{made}");
        }
    }
}
