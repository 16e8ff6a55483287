//! What a sequence parameter set says of a stream (H.264, 7.3.2.1 and annex E).

/// The part of a sequence parameter set that decides what can be done with a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sps {
    /// 66 is baseline, 77 main, 100 high.
    pub profile: u8,
    /// Visible width in pixels.
    pub width: u32,
    /// Visible height in pixels.
    pub height: u32,
    /// Pictures may leave the decoder in another order than they come in.
    pub reorders: bool,
    /// 4:2:0 with 8 bits, which every box can show.
    pub plain: bool,
}

/// Reads a sequence parameter set, given without start code; nothing when it is damaged.
pub fn parse(unit: &[u8]) -> Option<Sps> {
    // Emulation prevention: 00 00 03 stands for 00 00.
    let mut bytes = Vec::with_capacity(unit.len());
    let mut zeros = 0;
    for &byte in unit.get(1..)? {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        bytes.push(byte);
    }
    Bits { bytes, at: 0 }.sps()
}

struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    fn bit(&mut self) -> Option<u32> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit.into())
    }

    fn bits(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | self.bit()?))
    }

    /// Exponential Golomb code (9.1).
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some(((1_u64 << zeros) - 1) as u32 + self.bits(zeros)?)
    }

    fn signed(&mut self) -> Option<i64> {
        let code = i64::from(self.golomb()?);
        Some(if code % 2 == 0 {
            -(code / 2)
        } else {
            code / 2 + 1
        })
    }

    fn scaling_list(&mut self, size: usize) -> Option<()> {
        let (mut last, mut next) = (8_i64, 8_i64);
        for _ in 0..size {
            if next != 0 {
                next = (last + self.signed()? + 256) % 256;
            }
            last = if next == 0 { last } else { next };
        }
        Some(())
    }

    fn sps(&mut self) -> Option<Sps> {
        let profile = u8::try_from(self.bits(8)?).ok()?;
        self.bits(16)?;
        self.golomb()?;
        let (mut chroma, mut depth, mut separate) = (1, 0, 0);
        if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128) {
            chroma = self.golomb()?;
            if chroma == 3 {
                separate = self.bit()?;
            }
            depth = self.golomb()?.max(self.golomb()?);
            self.bit()?;
            if self.bit()? == 1 {
                for list in 0..if chroma == 3 { 12 } else { 8 } {
                    if self.bit()? == 1 {
                        self.scaling_list(if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        self.golomb()?;
        let order = self.golomb()?;
        match order {
            0 => {
                self.golomb()?;
            }
            1 => {
                self.bit()?;
                self.signed()?;
                self.signed()?;
                for _ in 0..self.golomb()?.min(255) {
                    self.signed()?;
                }
            }
            _ => {}
        }
        self.golomb()?;
        self.bit()?;
        let width = self.golomb()?.checked_add(1)?.checked_mul(16)?;
        let units = self.golomb()?.checked_add(1)?;
        let frames_only = self.bit()?;
        let height = units.checked_mul(16)?.checked_mul(2 - frames_only)?;
        if frames_only == 0 {
            self.bit()?;
        }
        self.bit()?;
        let (mut cut_x, mut cut_y) = (0_u32, 0_u32);
        if self.bit()? == 1 {
            let (unit_x, unit_y) = match (chroma, separate) {
                (1, _) => (2, 2),
                (2, _) => (2, 1),
                _ => (1, 1),
            };
            let sides = [
                self.golomb()?,
                self.golomb()?,
                self.golomb()?,
                self.golomb()?,
            ];
            cut_x = sides[0].checked_add(sides[1])?.checked_mul(unit_x)?;
            cut_y = sides[2]
                .checked_add(sides[3])?
                .checked_mul(unit_y * (2 - frames_only))?;
        }
        let declared = if self.bit()? == 1 {
            self.reordered_frames()
        } else {
            None
        };
        Some(Sps {
            profile,
            width: width.checked_sub(cut_x).filter(|&size| size > 0)?,
            height: height.checked_sub(cut_y).filter(|&size| size > 0)?,
            // Order type 2 has output order equal to decoding order; baseline has no B slices.
            reorders: order != 2 && profile != 66 && declared != Some(0),
            plain: chroma == 1 && depth == 0 && frames_only == 1,
        })
    }

    /// `max_num_reorder_frames`, if the stream says it (E.1.1).
    fn reordered_frames(&mut self) -> Option<u32> {
        if self.bit()? == 1 && self.bits(8)? == 255 {
            self.bits(32)?;
        }
        if self.bit()? == 1 {
            self.bit()?;
        }
        if self.bit()? == 1 {
            self.bits(4)?;
            if self.bit()? == 1 {
                self.bits(24)?;
            }
        }
        if self.bit()? == 1 {
            self.golomb()?;
            self.golomb()?;
        }
        if self.bit()? == 1 {
            self.bits(32)?;
            self.bits(32)?;
            self.bit()?;
        }
        let buffering = (self.hypothetical()?, self.hypothetical()?);
        if buffering.0 || buffering.1 {
            self.bit()?;
        }
        self.bit()?;
        if self.bit()? == 0 {
            return None;
        }
        self.bit()?;
        for _ in 0..4 {
            self.golomb()?;
        }
        self.golomb()
    }

    /// Skips the parameters of a hypothetical reference decoder (E.1.2).
    fn hypothetical(&mut self) -> Option<bool> {
        if self.bit()? == 0 {
            return Some(false);
        }
        let count = self.golomb()?.min(31) + 1;
        self.bits(8)?;
        for _ in 0..count {
            self.golomb()?;
            self.golomb()?;
            self.bit()?;
        }
        self.bits(20)?;
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_streams() {
        // x264, constrained baseline, 1280×720.
        let baseline = [
            0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xec, 0x04, 0x40, 0x00, 0x00, 0x03,
            0x00, 0x40, 0x00, 0x00, 0x0c, 0x83, 0xc6, 0x0c, 0xa8,
        ];
        let sps = parse(&baseline).unwrap();
        assert_eq!((sps.profile, sps.width, sps.height), (66, 1280, 720));
        assert!(!sps.reorders && sps.plain);
        // x264, high with B frames, 1920×1080 cut from 1088.
        let high = [
            0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00,
            0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xc8, 0x3c, 0x60, 0xc6, 0x58,
        ];
        let sps = parse(&high).unwrap();
        assert_eq!((sps.profile, sps.width, sps.height), (100, 1920, 1080));
        assert!(sps.reorders && sps.plain);
        assert_eq!(parse(&high[..8]), None);
    }

    proptest! {
        #[test]
        fn anything_may_come(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Some(sps) = parse(&bytes) {
                prop_assert!(sps.width > 0 && sps.height > 0);
            }
        }
    }
}
