/** What is gone with the page: a storage that writes nothing down. */
const held = new Map<string, string>();

export const inMemory = {
  get length() {
    return held.size;
  },
  key: (index: number) => [...held.keys()][index] ?? null,
  getItem: (key: string) => held.get(key) ?? null,
  setItem: (key: string, value: string) => void held.set(key, value),
  removeItem: (key: string) => void held.delete(key),
};
