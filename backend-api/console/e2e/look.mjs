// Looks at a page as a careful clerk does, for the walks: nothing moves, nothing is wider than the window, nothing
// is cut off or too low to be hit, and axe finds nothing that keeps somebody out. Keeps pictures, if they are wanted.
//
//   SHOTS       folder for pictures, of each page at both sizes: each walk has one of its own in it (none)
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

/** What an office has: a small screen, and a large one. The walks are done at the first. */
export const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
];
const { SHOTS } = process.env;
const FOLDER = SHOTS && join(SHOTS, basename(process.argv[1], '.mjs'));
if (FOLDER) mkdirSync(FOLDER, { recursive: true });
const PATIENCE_MS = 60_000;
/** What axe calls what keeps somebody out. */
const GRAVE = new Set(['serious', 'critical']);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const must = (right, words) => {
  if (!right) throw new Error(words);
};

/** Until nothing moves any more. */
async function rest(page, name) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const moving = await page.evaluate(() => {
      // A button that was busy for a moment only may keep its icon's class, at no width.
      const changing = [
        ...document.querySelectorAll(
          ['enter', 'appear', 'leave'].map((end) => `[class*="ant-"][class*="-${end}"]`).join(),
        ),
      ].find((one) => !one.matches('.ant-btn-loading-icon'));
      const running = document
        .getAnimations()
        .find((one) => one.effect?.getComputedTiming().endTime !== Infinity);
      return changing?.className ?? running?.effect?.target?.className ?? '';
    });
    if (moving === '') return;
    must(Date.now() < end, `${name} does not come to rest: ${moving}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What nobody could hit or read, in words; what scrolls may lie outside. */
async function unusable(page) {
  return page.evaluate(() => {
    const seen = (one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    const said = (one) => `${one.textContent} ${one.className}`;
    const scrolls = (one) => {
      for (let at = one.parentElement; at !== null; at = at.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) {
          return true;
        }
      }
      return false;
    };
    const targets = [
      ...document.querySelectorAll('.ant-btn, .ant-select-selector, .ant-picker, .ant-segmented'),
    ].filter(seen);
    const low = targets
      .filter((one) => one.getBoundingClientRect().height < 39.5)
      .map((one) => `lower than 40 px: ${said(one)}`);
    const cut = targets
      .filter((one) => one.matches('.ant-btn, .ant-segmented'))
      .filter((one) => {
        const { left, right, width } = one.getBoundingClientRect();
        if (width === 0) return false;
        return (
          one.scrollWidth > one.clientWidth + 1 ||
          ((left < 0 || right > innerWidth) && !scrolls(one))
        );
      })
      .map((one) => `cut off: ${said(one)}`);
    const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : [];
    return [...wide, ...low, ...cut];
  });
}

/** What axe finds that keeps somebody out, a line each. */
async function barriers(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'], iframes: false }),
  );
  return found.violations
    .filter(({ impact }) => GRAVE.has(impact))
    .map(({ id, nodes }) => {
      const [first] = nodes;
      const why = [...first.any, ...first.all, ...first.none]
        .map(({ message }) => message)
        .join('; ');
      return `${id}, ${nodes.length} times, first ${first.html.slice(0, 200)}: ${why}`;
    });
}

/**
 * Whoever looks: `look(page, name)`; `barred` has what was found wrong so far, `spent` how long axe took for how
 * many pages.
 */
export function looker() {
  const barred = [];
  const spent = { pages: 0, ms: 0 };
  const known = new Set();
  let shots = 0;

  /** Once for a page, and for each that lies over it. */
  async function examine(page, name) {
    const { pathname } = new URL(page.url());
    const over = await page.evaluate(() =>
      [...document.querySelectorAll('[role=dialog]')]
        .filter((one) => one.checkVisibility())
        .map((one) => one.className)
        .join(),
    );
    const what = `${pathname.replace(/\/[^/]*\d[^/]*/g, '/:id')} ${over}`;
    if (known.has(what) && !FOLDER) return;
    known.add(what);
    const began = Date.now();
    for (const line of await barriers(page)) barred.push(`${name}: ${line}`);
    spent.pages += 1;
    spent.ms += Date.now() - began;
  }

  async function picture(page, name) {
    shots += 1;
    const number = String(shots).padStart(3, '0');
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await rest(page, name);
      const path = `${FOLDER}/${number}-${name}-${size.width}.png`;
      await page.screenshot({ path });
    }
    await page.setViewportSize(SIZES[0]);
    await rest(page, name);
  }

  async function look(page, name) {
    // Behind another page nothing would end.
    await page.bringToFront();
    await rest(page, name);
    for (const line of await unusable(page)) barred.push(`${name}: ${line}`);
    await examine(page, name);
    if (FOLDER) await picture(page, name);
  }

  return { look, barred, spent };
}
