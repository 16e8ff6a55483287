/** How loud a microphone is. */

const FLOOR_DB = -60;

/** Loudness of samples between −1 and 1 as a share of the meter: 0 (−60 dB and below) to 1 (0 dB). */
export function loudness(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

/** Listens to a track and tells its loudness ten times a second until the returned function is called. */
export function meter(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  // A copy: muting towards the others must not silence the meter.
  const copy = track.clone();
  copy.enabled = true;
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  // Browsers let sound processing begin only after the first click or key.
  // Until then they wait, and are refused when the meter goes first.
  const resume = () => void context.resume().catch(() => undefined);
  resume();
  document.addEventListener('pointerdown', resume);
  document.addEventListener('keydown', resume);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    document.removeEventListener('pointerdown', resume);
    document.removeEventListener('keydown', resume);
    copy.stop();
    void context.close();
  };
}
