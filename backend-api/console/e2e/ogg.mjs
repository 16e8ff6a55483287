// A recording without a sound: Opus in Ogg (RFC 7845), so that a page has something to play.

const TABLE = Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

/** Ogg's checksum: CRC-32 with nothing reflected, from nought. */
const checksum = (bytes) =>
  bytes.reduce((sum, byte) => ((sum << 8) ^ TABLE[((sum >>> 24) ^ byte) & 255]) >>> 0, 0);

function page(number, granule, packets, flags) {
  const head = Buffer.alloc(27);
  head.write('OggS');
  head[5] = flags;
  head.writeBigUInt64LE(BigInt(granule), 6);
  head.writeUInt32LE(1, 14);
  head.writeUInt32LE(number, 18);
  head[26] = packets.length;
  const whole = Buffer.concat([head, Buffer.from(packets.map((one) => one.length)), ...packets]);
  whole.writeUInt32LE(checksum(whole), 22);
  return whole;
}

const FIRST = 2;
const LAST = 4;
/** Samples of a packet of 20 ms at 48 kHz. */
const SAMPLES = 960;
/** A packet of silence: CELT, full band, 20 ms, mono. */
const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/** So many seconds of silence. */
export function silence(seconds) {
  const opusHead = Buffer.alloc(19);
  opusHead.write('OpusHead');
  opusHead[8] = 1;
  opusHead[9] = 1;
  opusHead.writeUInt32LE(48_000, 12);
  const opusTags = Buffer.alloc(16);
  opusTags.write('OpusTags');
  const pages = Array.from({ length: seconds }, (_, second) =>
    page(
      second + 2,
      (second + 1) * 50 * SAMPLES,
      Array.from({ length: 50 }, () => SILENCE),
      second + 1 === seconds ? LAST : 0,
    ),
  );
  return Buffer.concat([page(0, 0, [opusHead], FIRST), page(1, 0, [opusTags], 0), ...pages]);
}
