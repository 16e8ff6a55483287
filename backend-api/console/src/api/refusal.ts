/** What went wrong, in words a person can read. */

export interface FieldError {
  field: string;
  message: string;
}

/** An answer that was not the one hoped for. `message` is a sentence for the screen. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** The stable code of the problem document, or `network`. */
    readonly code: string,
    message: string,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(message);
  }
}

const NO_ANSWER = '连不上服务器。请检查网络，再试一次。';

const BY_STATUS: Record<number, string> = {
  401: '登录已经过期，请重新登录。',
  403: '您的账号没有这项权限。',
  404: '没有找到，可能已经被删除。',
  409: '现在的状态不允许这样做，请刷新后再看。',
  412: '别人刚刚改过，请刷新后再改。',
  413: '内容太大。',
  429: '操作太频繁，请稍等一会儿再试。',
  502: '服务器正在启动或维护，请稍后再试。',
  503: '服务器正在启动或维护，请稍后再试。',
  504: '服务器没有及时回答，请稍后再试。',
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) =>
    isRecord(item) && typeof item.field === 'string' && typeof item.message === 'string'
      ? [{ field: item.field, message: item.message }]
      : [],
  );
}

/** The refusal in an answer; `body` is a problem document (RFC 9457) or whatever a proxy said. */
export function refusalOf(status: number, body: unknown): Refusal {
  const problem = isRecord(body) ? body : {};
  const code = typeof problem.code === 'string' ? problem.code : 'unknown';
  const title =
    typeof problem.title === 'string' && problem.title !== ''
      ? problem.title
      : (BY_STATUS[status] ?? `服务器出了问题，请稍后再试（${status}）。`);
  return new Refusal(status, code, title, fieldErrors(problem.fields));
}

/** The refusal for a request that got no answer at all. */
export function noAnswer(): Refusal {
  return new Refusal(0, 'network', NO_ANSWER);
}

/** Whatever was thrown, as a sentence for the screen. */
export function sentence(error: unknown): string {
  return error instanceof Refusal ? error.message : '出了意外的问题，请刷新页面再试。';
}

/** Whether an error says that the account has to set its second factor up before anything else. */
export function isSecondFactorDue(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'second_factor_due';
}

/** Whether an error says that nobody is signed in (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Refusal && error.status === 401 && error.code === 'unauthenticated';
}
