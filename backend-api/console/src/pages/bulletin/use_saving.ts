import { useEffect, useRef, useState } from 'react';

import { bulletinNow, useBulletin, useCoverPicture, useSaveBulletin } from '../../api/bulletins';
import { Refusal, sentence } from '../../api/refusal';
import type { BulletinDraft, PictureRegion, StaffBulletin, WrittenBulletin } from '../../api/types';
import { mergedDrafts } from '../../bulletin/merge';
import { ASIDE, DRAFTS } from '../../bulletin/shelf';
import {
  confirmedOf,
  draftOf,
  lookedOf,
  standsFor,
  troubles,
  withPicture,
  writingOf,
  writtenAs,
  writtenOf,
} from '../../bulletin/writing';
import type { WritingDesk } from './use_writing';

/** What is written is in this browser so soon; a browser may die at any time. */
const KEEP_AFTER_MS = 400;
/** On the server a draft is when nobody has written for so long: each saving is a line of the records. */
const SAVE_AFTER_MS = 12_000;

/** Somebody else saved while it was written here. */
export interface Conflict {
  before: BulletinDraft;
  theirs: StaffBulletin;
  mine: BulletinDraft;
}

/** What came of putting two texts together, to be said once. */
export type Joined =
  { kind: 'theirs'; by: string | null | undefined } | { kind: 'both'; both: number };

interface Wish {
  login: string;
  /** What it is called in this browser. */
  id: string;
  /** As the server has it; `null`: not yet. */
  first: StaffBulletin | null;
  desk: WritingDesk;
  /** What the server has was made by this page. */
  onMade: (made: StaffBulletin) => void;
}

const sign = (written: WrittenBulletin) => JSON.stringify(written);

/** Keeps what is written: in this browser at once, on the server as a draft, and beside what others write. */
export function useSaving({ login, id, first, desk, onMade }: Wish) {
  const [standing, setStanding] = useState(first);
  /** What was sent last: the server writes some things its own way. */
  const [sent, setSent] = useState(() => (first ? sign(writtenAs(first)) : ''));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [joined, setJoined] = useState<Joined | null>(null);
  const [isKept, setIsKept] = useState(true);
  const { mutateAsync: save } = useSaveBulletin();
  const { mutateAsync: coverOne } = useCoverPicture();
  const polled = useBulletin(standing?.id ?? null).data;
  const { writing, confirmed, looked, latest, replace } = desk;
  const draft = draftOf(writing);
  const isDirty =
    sign(writtenOf(writing, confirmed, looked)) !== sent &&
    (standing !== null || draft.title !== '' || draft.body.length > 0);
  const known = standing?.id ?? id;
  /** It went where it should: nothing of it is kept any more. */
  const over = useRef(false);

  const keepNow = () => {
    if (over.current) return true;
    const now = draftOf(latest());
    const dirty =
      sign(writtenOf(latest(), confirmed, looked)) !== sent &&
      (now.title !== '' || now.body.length > 0);
    return DRAFTS.put(
      localStorage,
      login,
      known,
      dirty
        ? {
            at_ms: Date.now(),
            version: standing?.version ?? null,
            before: standing?.draft ?? null,
            draft: now,
            confirmed,
            looked,
          }
        : null,
    );
  };
  const keeping = useRef(keepNow);
  keeping.current = keepNow;
  useEffect(() => {
    const timer = setTimeout(() => setIsKept(keeping.current()), KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [writing, confirmed, looked, sent]);
  useEffect(() => {
    const leaving = () => void keeping.current();
    window.addEventListener('pagehide', leaving);
    return () => {
      window.removeEventListener('pagehide', leaving);
      leaving();
    };
  }, []);

  const stands = (now: StaffBulletin, as: WrittenBulletin) => {
    setStanding(now);
    setSent(sign(as));
    setError(null);
  };
  const adopt = (theirs: StaffBulletin) => {
    replace(writingOf(theirs.draft), confirmedOf(theirs.confirmed), lookedOf(theirs.confirmed));
    stands(theirs, writtenAs(theirs));
    setConflict(null);
  };
  /** Somebody else saved: without anything written here that is simply the newest. */
  const met = (theirs: StaffBulletin) => {
    if (!standing) return;
    if (isDirty) setConflict({ before: standing.draft, theirs, mine: draft });
    else {
      adopt(theirs);
      setJoined({ kind: 'theirs', by: theirs.updated_by });
    }
  };
  useEffect(() => {
    if (saving || over.current || !polled || !standing || polled.version <= standing.version)
      return;
    if (conflict?.theirs.version === polled.version) return;
    met(polled);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each version that comes
  }, [polled?.version, standing?.version, saving]);

  /** Saves it as it is now; `null`: it did not come to that, and why is said on the page. */
  const saveNow = async (): Promise<StaffBulletin | null> => {
    if (conflict !== null) return null;
    const now = writtenOf(latest(), confirmed, looked);
    if (standing && sign(now) === sent) return standing;
    setSaving(true);
    setError(null);
    try {
      const made = await save({
        draft: now,
        ...(standing ? { of: { id: standing.id, version: standing.version } } : {}),
      });
      stands(made, now);
      setSavedAt(Date.now());
      if (!standing) {
        DRAFTS.put(localStorage, login, id, null);
        onMade(made);
      }
      return made;
    } catch (failed) {
      const stale = failed instanceof Refusal && failed.status === 412 && standing !== null;
      if (!stale) setError(failed);
      else {
        try {
          const theirs = await bulletinNow(standing.id);
          setConflict({ before: standing.draft, theirs, mine: draftOf(latest()) });
        } catch (again) {
          setError(again);
        }
      }
      return null;
    } finally {
      setSaving(false);
    }
  };

  /** Covers parts of a picture, of what was saved just before; why not, in words, or `null`: it is done. */
  const cover = async (name: string, regions: PictureRegion[]): Promise<string | null> => {
    const missing = troubles(latest(), Date.now());
    if (missing.length > 0) {
      return `盖住以前要先存一次，还差：${missing.map(({ words }) => words).join('，')}`;
    }
    if (standing?.state === 'published' && isDirty) {
      return '它已经在电视上了。先把别的改动更新到电视，再盖住图片。';
    }
    const saved = await saveNow();
    if (saved === null) return '没有存到服务器，图片没有盖住。原因写在下面。';
    setSaving(true);
    try {
      const { id: of, version } = saved;
      const now = await coverOne({ id: of, version, name, regions });
      const by = standsFor(name, saved.draft, now.draft);
      // No way back: the old picture is nowhere any more.
      const next = by === null ? latest() : withPicture(latest(), name, by);
      replace(next, undefined, [...looked, ...lookedOf(now.confirmed)]);
      stands(now, writtenAs(now));
      return null;
    } catch (failed) {
      return sentence(failed);
    } finally {
      setSaving(false);
    }
  };

  const incomplete = troubles(writing, Date.now());
  const savesItself = standing === null || standing.state === 'draft';
  const saver = useRef(saveNow);
  saver.current = saveNow;
  const mayBeSaved =
    savesItself &&
    isDirty &&
    !saving &&
    conflict === null &&
    error === null &&
    incomplete.length === 0;
  useEffect(() => {
    if (!mayBeSaved) return;
    const timer = setTimeout(() => void saver.current(), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [mayBeSaved, writing]);

  return {
    standing,
    isDirty,
    isKept,
    saving,
    savedAt,
    error,
    conflict,
    joined,
    incomplete,
    savesItself,
    saveNow,
    cover,
    /** Both changes, in one text. */
    takeBoth: () => {
      if (!conflict) return;
      const mine = draftOf(latest());
      const { draft: merged, both } = mergedDrafts({
        base: conflict.before,
        mine,
        theirs: conflict.theirs.draft,
      });
      replace(writingOf(merged));
      stands(conflict.theirs, writtenAs(conflict.theirs));
      setConflict(null);
      setJoined({ kind: 'both', both });
    },
    /** The other text; the own one is put aside, and can be had back. */
    takeTheirs: () => {
      if (!conflict) return;
      ASIDE.put(localStorage, login, known, {
        at_ms: Date.now(),
        version: standing?.version ?? null,
        before: standing?.draft ?? null,
        draft: draftOf(latest()),
        confirmed,
        looked,
      });
      adopt(conflict.theirs);
      setJoined({ kind: 'theirs', by: conflict.theirs.updated_by });
    },
    /** What was put aside last. */
    aside: ASIDE.get(localStorage, login, known),
    takeAside: () => {
      const found = ASIDE.get(localStorage, login, known);
      if (!found) return;
      desk.write(() => writingOf(found.draft));
      ASIDE.put(localStorage, login, known, null);
      setJoined(null);
    },
    forgetJoined: () => setJoined(null),
    /** It is where it should be: what is kept in this browser goes. */
    end: () => {
      over.current = true;
      DRAFTS.put(localStorage, login, known, null);
      ASIDE.put(localStorage, login, known, null);
    },
  };
}

export type Saving = ReturnType<typeof useSaving>;
