//! Finds the beginning of keyframes in RTP payloads of H.264 (RFC 6184).

const IDR: u8 = 5;
const SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// What a payload tells about keyframes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Nals {
    /// A sequence parameter set: decoders can begin here if an IDR picture follows.
    pub sps: bool,
    /// The first slice of an IDR picture begins here.
    pub idr: bool,
}

/// Reads NAL unit types: single NAL units, STAP-A, and the first fragment of FU-A.
#[must_use]
pub fn inspect(payload: &[u8]) -> Nals {
    let mut nals = Nals::default();
    let Some((&first, mut rest)) = payload.split_first() else {
        return nals;
    };
    match first & 0x1f {
        STAP_A => {
            while let [high, low, unit @ ..] = rest {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let Some(header) = unit.first().filter(|_| length > 0) else {
                    break;
                };
                nals.note(header & 0x1f);
                rest = unit.get(length..).unwrap_or_default();
            }
        }
        FU_A => {
            // The start bit is the highest of the FU header.
            if let Some(header) = rest.first().filter(|h| *h & 0x80 != 0) {
                nals.note(header & 0x1f);
            }
        }
        kind => nals.note(kind),
    }
    nals
}

impl Nals {
    fn note(&mut self, kind: u8) {
        self.sps |= kind == SPS;
        self.idr |= kind == IDR;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_units() {
        assert!(inspect(&[0x67, 0x42]).sps);
        assert!(inspect(&[0x65, 0x88]).idr);
        assert_eq!(inspect(&[0x41, 0x9a]), Nals::default());
        assert_eq!(inspect(&[]), Nals::default());
    }

    #[test]
    fn aggregates_are_looked_into() {
        let stap = [0x78, 0, 2, 0x67, 0x42, 0, 1, 0x68, 0, 2, 0x65, 0x88];
        assert_eq!(
            inspect(&stap),
            Nals {
                sps: true,
                idr: true
            }
        );
        // A length beyond the end and an empty unit end the search, nothing more.
        assert_eq!(inspect(&[0x78, 0xff, 0xff, 0x41]), Nals::default());
        assert_eq!(inspect(&[0x78, 0, 0, 0x67]), Nals::default());
        assert_eq!(inspect(&[0x78, 0]), Nals::default());
    }

    #[test]
    fn only_the_first_fragment_begins_a_keyframe() {
        assert!(inspect(&[0x7c, 0x85, 1]).idr);
        assert!(!inspect(&[0x7c, 0x05, 1]).idr);
        assert!(!inspect(&[0x7c, 0x81, 1]).idr);
        assert!(!inspect(&[0x7c]).idr);
    }
}
