import type { FileChooser, Locator, Page } from 'playwright-core';

/** More stops of the Tab key than any page has: who has not come there by then never will. */
const MOST_KEYS = 500;
/** How long somebody looks at what is switched off before looking again. */
const MOMENT_MS = 40;

/** Where the focus is beside what is wanted, and what keys it understands. */
interface Place {
  /** LATER: it is switched off, and no key leads there until it is on. */
  way: 'HERE' | 'FORWARD' | 'BACK' | 'AMONG_RADIOS' | 'LATER';
  /** Whether nothing has the focus, as before the first and after the last stop of a page. */
  out: boolean;
  /** The key that it says leads to it. */
  shortcut: string | null;
  kind: string;
  checked: boolean;
  /** Of a list of options: how many steps down, or up. */
  steps: number;
}

/**
 * A page whose user has no pointer: what tests click, fill, check or choose on it is reached by Tab and the arrow keys
 * and worked by keys, as a person does who cannot use a mouse. What cannot be reached that way fails, with its name.
 */
export function byKeyboard(page: Page): Page {
  // From the first listener on, files are asked for by an event, and that takes the browser a moment to know.
  page.on('filechooser', () => undefined);
  return withKeys(page, page);
}

type Method = (...args: unknown[]) => unknown;

/** The same object, whose locators are worked by keys. */
function withKeys<T extends object>(thing: T, page: Page): T {
  return new Proxy(thing, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const key = isLocator(target) ? keysOf(target, page)[String(name)] : undefined;
      if (key) return key;
      return (...args: unknown[]) => {
        const answer = (value as Method).apply(target, args);
        return isLocator(answer) ? withKeys(answer, page) : answer;
      };
    },
  });
}

function isLocator(thing: unknown): thing is Locator {
  return thing instanceof Object && 'selectOption' in thing && 'filter' in thing;
}

function keysOf(target: Locator, page: Page): Record<string, Method> {
  const press = (key: string) => page.keyboard.press(key);
  const tick = async (wanted: boolean) => {
    const { checked } = await reach(target, page);
    if (checked !== wanted) await press('Space');
  };
  return {
    focus: () => reach(target, page),
    check: () => tick(true),
    uncheck: () => tick(false),
    async click() {
      const { kind, checked } = await reach(target, page);
      // The arrow keys that lead to a radio choose it on the way.
      if (kind === 'radio' && checked) return;
      await press(kind === 'radio' || kind === 'checkbox' ? 'Space' : 'Enter');
    },
    async fill(text) {
      const { kind } = await reach(target, page);
      if (kind === 'date') return typeDay(page, String(text));
      await press('ControlOrMeta+a');
      await press('Delete');
      await page.keyboard.type(String(text));
    },
    async selectOption(wanted) {
      const { steps } = await reach(target, page, wanted as { label: string } | string);
      for (let i = 0; i < Math.abs(steps); i++) await press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
    },
    async setInputFiles(files) {
      await reach(target, page);
      const chooser = page.waitForEvent('filechooser');
      await press('Enter');
      await (await chooser).setFiles(files as Parameters<FileChooser['setFiles']>[0]);
    },
  };
}

/** A date as the browser of the tests (`--lang` of e2e/browser.ts) asks for it: month, day and year, from the left. */
async function typeDay(page: Page, isoDay: string): Promise<void> {
  const [year, month, day] = isoDay.split('-');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.type(`${month}${day}${year}`);
}

/** Walks to where the target can be worked from. Throws when no key leads there. */
async function reach(target: Locator, page: Page, option?: { label: string } | string): Promise<Place> {
  await target.waitFor({ state: 'attached' });
  const { shortcut } = await placeOf(target);
  if (shortcut) await page.keyboard.press(shortcut);
  for (let keys = 0, rounds = 0; keys < MOST_KEYS && rounds < 3; keys++) {
    const place = await placeOf(target, option);
    if (place.way === 'HERE') return place;
    if (place.way === 'LATER') {
      await page.waitForTimeout(MOMENT_MS);
      continue;
    }
    if (place.out) rounds++;
    await page.keyboard.press({ FORWARD: 'Tab', BACK: 'Shift+Tab', AMONG_RADIOS: 'ArrowDown' }[place.way]);
  }
  throw new Error(`no key leads to ${target}`);
}

/** Looks from within the page. Made of text, because the tests know no DOM. */
function placeOf(target: Locator, option?: { label: string } | string): Promise<Place> {
  return target.evaluate(look, option);
}

const look = new Function(
  'element',
  'wanted',
  `const inside = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const worked = element.closest('label')?.control ?? element.closest(inside) ?? element.querySelector(inside) ?? element;
  const now = document.activeElement ?? document.body;
  const kind = worked.type ?? worked.tagName.toLowerCase();
  const options = [...(worked.options ?? [])];
  const chosen = options.findIndex(({ label, value }) => (wanted?.label ? label === wanted.label : value === wanted));
  const isSibling = kind === 'radio' && now.type === 'radio' && now.name === worked.name && now.form === worked.form;
  const behind = now === document.body || now.compareDocumentPosition(worked) & Node.DOCUMENT_POSITION_FOLLOWING;
  return {
    way: worked.disabled ? 'LATER' : now === worked ? 'HERE' : isSibling ? 'AMONG_RADIOS' : behind ? 'FORWARD' : 'BACK',
    out: now === document.body,
    shortcut: worked.getAttribute('aria-keyshortcuts'),
    kind,
    checked: worked.checked === true,
    steps: chosen < 0 ? 0 : chosen - worked.selectedIndex,
  };`,
) as (element: unknown, wanted: unknown) => Place;
