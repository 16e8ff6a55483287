import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { TOKENS } from './theme';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const declared = new Map(
  [...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
);

it('gives Ant Design the tokens of the style sheets', () => {
  for (const [name, value] of Object.entries(TOKENS)) {
    expect([name, declared.get(name)]).toEqual([name, value]);
  }
});

/** Relative luminance of a colour (WCAG 2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

it.each([
  ['text', 'paper', 7],
  ['text', 'sunk', 7],
  ['text-2', 'card', 4.5],
  ['text-3', 'paper', 4.5],
  ['wine', 'wine-tint', 4.5],
  ['card', 'wine', 4.5],
  ['green', 'green-tint', 4.5],
  ['amber', 'amber-tint', 4.5],
  ['red', 'red-tint', 4.5],
  ['slate', 'slate-tint', 4.5],
  ['focus', 'paper', 3],
] as const)('%s can be read on %s', (text, ground, least) => {
  expect(contrast(TOKENS[text], TOKENS[ground])).toBeGreaterThanOrEqual(least);
});
