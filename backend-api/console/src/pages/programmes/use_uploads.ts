import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { Refusal, sentence } from '../../api/refusal';
import type { Upload } from '../../api/types';
import { UPLOADS, useUploadList } from '../../api/uploads';
import type { Pace } from '../../media/pace';
import { NO_PACE, paced } from '../../media/pace';
import { create, giveUp, sendRest, Stopped, unfit } from '../../media/tus';
import { line, wait } from '../../media/tus_line';
import { begunWith, note, noted, otherThan, tidyNotes } from '../../media/upload_notes';

/** How an upload goes in this page. */
export type Going =
  | { kind: 'sending'; sent: number; pace: Pace }
  /** It goes on by itself. */
  | { kind: 'waiting'; sent: number; words: string }
  | { kind: 'paused'; sent: number }
  /** Somebody has to do something; the words say what. */
  | { kind: 'failed'; sent: number; words: string };

interface Run {
  file: File;
  stop: AbortController;
}

/** Shown so often at most, in ms. */
const SHOW_EVERY_MS = 250;

const sentOf = (going: Going | undefined) => going?.sent ?? 0;

/** The own films on their way: those that this page sends, and those that wait to be gone on with. */
export function useUploads(login: string, may: boolean) {
  const queries = useQueryClient();
  const query = useUploadList(may);
  const uploads = query.data ?? [];
  const [goings, setGoings] = useState<ReadonlyMap<string, Going>>(new Map());
  /** What could not be begun, or is another file than it should be. */
  const [trouble, setTrouble] = useState<string | null>(null);
  const [beginning, setBeginning] = useState(false);
  /** Files that were chosen in this page, sent or paused. */
  const runs = useRef(new Map<string, Run>());

  useEffect(() => {
    const all = runs.current;
    // What was sent stays on the server; it is gone on with when the page is there again.
    return () => all.forEach(({ stop }) => stop.abort());
  }, []);
  useEffect(() => {
    if (query.data) {
      tidyNotes(
        localStorage,
        login,
        query.data.map(({ id }) => id),
      );
    }
  }, [query.data, login]);

  const say = (id: string, how: (before: Going | undefined) => Going | undefined) =>
    setGoings((all) => {
      const next = new Map(all);
      const going = how(all.get(id));
      if (going) next.set(id, going);
      else next.delete(id);
      return next;
    });

  const send = async (id: string, file: File) => {
    runs.current.get(id)?.stop.abort();
    const run = { file, stop: new AbortController() };
    runs.current.set(id, run);
    const isThis = () => runs.current.get(id) === run;
    let [pace, shown] = [NO_PACE, 0];
    say(id, (before) => ({ kind: 'sending', sent: sentOf(before), pace }));
    try {
      await sendRest({
        id,
        file,
        line,
        wait,
        signal: run.stop.signal,
        tell: (step) => {
          if (!isThis()) return;
          if (step.kind === 'waiting') {
            pace = NO_PACE;
            say(id, (was) => ({ kind: 'waiting', sent: sentOf(was), words: step.words }));
            return;
          }
          const now = performance.now();
          pace = paced(pace, now, step.sent);
          if (now < shown + SHOW_EVERY_MS && step.sent < file.size) return;
          shown = now;
          say(id, () => ({ kind: 'sending', sent: step.sent, pace }));
        },
      });
      await queries.invalidateQueries({ queryKey: [UPLOADS] });
      if (isThis()) say(id, () => undefined);
    } catch (error) {
      if (!isThis()) return;
      if (error instanceof Stopped) {
        say(id, (was) => ({ kind: 'paused', sent: sentOf(was) }));
        return;
      }
      const words = sentence(error);
      const isGone = error instanceof Refusal && error.status === 404;
      if (isGone) setTrouble(`“${file.name}”：${words}`);
      say(id, (was) => (isGone ? undefined : { kind: 'failed', sent: sentOf(was), words }));
      // What cannot be read is chosen anew.
      if (isGone || (error instanceof Refusal && error.code === 'file')) runs.current.delete(id);
      void queries.invalidateQueries({ queryKey: [UPLOADS] });
    }
  };

  return {
    query,
    uploads,
    goings,
    trouble,
    beginning,
    /** Something is lost for now if the page is left. */
    busy: [...goings.values()].some(({ kind }) => kind === 'sending' || kind === 'waiting'),
    forgetTrouble: () => setTrouble(null),
    /** Whether it goes on without choosing the file again. */
    hasFile: (id: string) => runs.current.has(id),
    /** The file of an upload, while this page has it. */
    fileOf: (id: string) => runs.current.get(id)?.file ?? null,

    /** Sends a film; one that was begun goes on where it was. */
    begin: async (file: File) => {
      setTrouble(unfit(file));
      if (unfit(file) !== null) return;
      const open = query.data ?? (await query.refetch()).data ?? [];
      const begun = begunWith(open, (id) => noted(localStorage, login, id), file);
      if (begun) {
        await send(begun.id, file);
        return;
      }
      setBeginning(true);
      try {
        const id = await create(file, { line, signal: new AbortController().signal });
        note(localStorage, login, id, file);
        await queries.invalidateQueries({ queryKey: [UPLOADS] });
        void send(id, file);
      } catch (error) {
        setTrouble(sentence(error));
      } finally {
        setBeginning(false);
      }
    },
    /** Goes on with an upload that was begun before, if this is its file. */
    goOn: (upload: Upload, file: File) => {
      const other = otherThan(upload, noted(localStorage, login, upload.id), file);
      setTrouble(other);
      if (other !== null) return;
      note(localStorage, login, upload.id, file);
      void send(upload.id, file);
    },
    pause: (id: string) => runs.current.get(id)?.stop.abort(),
    resume: (id: string) => {
      const run = runs.current.get(id);
      if (run) void send(id, run.file);
    },
    /** Gives one up; its bytes are thrown away. @throws Refusal */
    drop: async (id: string) => {
      runs.current.get(id)?.stop.abort();
      await giveUp(id, { line, signal: new AbortController().signal });
      runs.current.delete(id);
      say(id, () => undefined);
      await queries.invalidateQueries({ queryKey: [UPLOADS] });
    },
  };
}

/** The films on their way, and what can be done with them. */
export type UploadDesk = ReturnType<typeof useUploads>;
