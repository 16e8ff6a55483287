import { bytesOf } from '../api/client';

/** Has the browser keep a file of the server under this name. @throws Refusal */
export async function download(path: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await bytesOf(path));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun by then; it holds the bytes by itself.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
