/** What staff write of a request, and what is sent of it. Pure. */
import type { Act } from '../../api/types';

/** What is written; what belongs to another act is kept beside and not sent. */
export interface Writing {
  mode: Mode;
  text: string;
  done: boolean;
  by_phone: boolean;
  /** Ids of pictures that were uploaded. */
  pictures: string[];
  /** Code of the organization it is passed on to. */
  office: string | null;
  hours: number | null;
  reached: boolean | null;
  /** Id of the request it is merged into. */
  into: string | null;
  title: string;
  /** Id of the list in which it is published. */
  list: string | null;
  /** Numbers of people in what is published, with the reason for which they may stand there. */
  confirmed_numbers: { digits: string; reason: string }[];
}

/** The acts that are written; the others are a button. */
export type Mode = Exclude<Act['act'], 'accept' | 'give_extension' | 'refuse_extension'>;

export const EMPTY: Writing = {
  mode: 'reply',
  text: '',
  done: false,
  by_phone: false,
  pictures: [],
  office: null,
  hours: 24,
  reached: null,
  into: null,
  title: '',
  list: null,
  confirmed_numbers: [],
};

interface Manner {
  /** On the switch. */
  label: string;
  /** On the button that sends it. */
  ok: string;
  /** What is written; `null`: nothing. */
  field: string | null;
  example: string;
  /** At most so many characters. */
  most: number;
  /** Nothing needs to be written. */
  optional?: boolean;
  /** What happens then. */
  then: string;
}

export const MANNERS: Record<Mode, Manner> = {
  reply: {
    label: '答复',
    ok: '发出答复',
    field: '答复',
    example: '写给本人的话，电视上会读出来',
    most: 500,
    then: '发出后，第一次答复的时钟停。本人在电视上看得到，也听得到。',
  },
  ask_back: {
    label: '问本人',
    ok: '发出问题',
    field: '要问的',
    example: '您家地里是哪一块？',
    most: 200,
    then: '本人在电视上会看到这个问题，可以回答。第一次答复的时钟停。',
  },
  pass_on: {
    label: '转办',
    ok: '转过去',
    field: '为什么转',
    example: '这件事归水利站管',
    most: 200,
    then: '时钟照走，不因为转办重算。本人会看到现在由谁办。',
  },
  call: {
    label: '打过电话',
    ok: '记下这次电话',
    field: '说了什么（可以不写）',
    example: '说明天上午在家',
    most: 200,
    optional: true,
    then: '只有工作人员看得到。没打通的留在“要回电话”里。',
  },
  note: {
    label: '只记一笔',
    ok: '记下',
    field: '记的内容',
    example: '已和站里老周说好，明天去看',
    most: 500,
    then: '只有工作人员看得到，电视上没有。时钟照走。',
  },
  return: {
    label: '退回…',
    ok: '退回',
    field: '为什么不归本单位办',
    example: '这条渠由县水务局管',
    most: 200,
    then: '回到转来的单位，时钟照走。本人会看到原因。',
  },
  ask_extension: {
    label: '申请延期…',
    ok: '申请延期',
    field: '为什么要延期',
    example: '配件要从县里调，后天才到',
    most: 200,
    then: '由上一级决定，决定以前期限不变。本人会看到原因。',
  },
  decline: {
    label: '不能办…',
    ok: '说明不能办',
    field: '为什么不能办',
    example: '按规定……，可以到……申请',
    most: 500,
    then: '这件事就此结束，本人会看到原因。',
  },
  merge: {
    label: '合并…',
    ok: '合并',
    field: null,
    example: '',
    most: 0,
    then: '并成一件办，以后的答复两边的本人都收得到。合并后不能再分开。',
  },
  publish: {
    label: '公开…',
    ok: '公开',
    field: null,
    example: '',
    most: 0,
    then: '不带姓名，标题和答复会出现在电视的这个栏目里，大家都看得到。',
  },
};

/** The modes somebody may choose, the usual ones and the rest. `may`: names of acts, as the server says. */
export function modes(may: readonly string[]): { usual: Mode[]; rest: Mode[] } {
  const all = (Object.keys(MANNERS) as Mode[]).filter((mode) => may.includes(mode));
  const isRest = (mode: Mode) => MANNERS[mode].label.endsWith('…');
  return { usual: all.filter((mode) => !isRest(mode)), rest: all.filter(isRest) };
}

const length = (text: string) => Array.from(text.trim()).length;

/** The act that is written, or what is still missing, for the person who writes it. */
export function actOf(writing: Writing): { act: Act } | { missing: string } {
  const { mode } = writing;
  const { field, most, optional } = MANNERS[mode];
  const text = writing.text.trim();
  if (field !== null) {
    const name = field.replace(/（.*）/, '');
    if (text === '' && optional !== true) return { missing: `请写${name}。` };
    if (length(text) > most)
      return { missing: `${name}最多 ${most} 个字，现在 ${length(text)} 个。` };
  }
  switch (mode) {
    case 'reply': {
      const { done, by_phone, pictures } = writing;
      return { act: { act: mode, text, done, by_phone, pictures } };
    }
    case 'pass_on': {
      const { office } = writing;
      if (office === null) return { missing: '请选转给谁。' };
      return { act: { act: mode, organization_code: office, reason: text } };
    }
    case 'ask_extension': {
      const { hours } = writing;
      if (hours === null || !Number.isInteger(hours) || hours < 1 || hours > 720) {
        return { missing: '请写延期多少小时，1 到 720。' };
      }
      return { act: { act: mode, hours, reason: text } };
    }
    case 'call': {
      const { reached } = writing;
      if (reached === null) return { missing: '请选打通了没有。' };
      return { act: { act: mode, reached, text } };
    }
    case 'merge': {
      const { into } = writing;
      return into === null ? { missing: '请选和哪一件合并。' } : { act: { act: mode, into } };
    }
    case 'publish': {
      const title = writing.title.trim();
      const { list, confirmed_numbers } = writing;
      if (title === '') return { missing: '请写公开时的标题。' };
      if (length(title) > 200) return { missing: '标题最多 200 个字。' };
      return list === null
        ? { missing: '请选放在哪个栏目。' }
        : {
            act: {
              act: mode,
              title,
              list,
              ...(confirmed_numbers.length === 0 ? {} : { confirmed_numbers }),
            },
          };
    }
    case 'ask_back':
    case 'note':
      return { act: { act: mode, text } };
    case 'return':
    case 'decline':
      return { act: { act: mode, reason: text } };
  }
}

/** A common sentence taken into what is written: after it, or in place of nothing. */
export function withSentence(text: string, sentence: string): string {
  const before = text.trimEnd();
  return before === '' ? sentence : `${before}${sentence}`;
}

/** Whether something is written that would be lost. */
export function isWritten(writing: Writing): boolean {
  return writing.text.trim() !== '' || writing.title.trim() !== '' || writing.pictures.length > 0;
}
