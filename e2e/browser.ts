import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { byKeyboard } from './keyboard.ts';

export const sizes = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 900 },
} as const;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--lang=en-US'],
  });
}

/**
 * A page of its own, and everything that went wrong on it: errors, refused loads, breaches of the policy.
 * With `keyboard` its user has no pointer.
 */
export async function openPage(
  browser: Browser,
  { keyboard = false, ...options }: BrowserContextOptions & { keyboard?: boolean },
) {
  const context = await browser.newContext({
    locale: 'en-IN',
    timezoneId: 'Asia/Kolkata',
    reducedMotion: 'reduce',
    ...options,
  });
  const opened = await context.newPage();
  const page = keyboard ? byKeyboard(opened) : opened;
  // What is waited for longer does not come: the error then names it.
  page.setDefaultTimeout(30_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  return { page, wrong, close: () => context.close() };
}

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** Ends when nothing on the page moves any more, but for what moves for ever: colours on their way have no contrast yet. */
const AT_REST = `new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))).then(() =>
  Promise.all(
    document
      .getAnimations()
      .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime))
      .map((animation) => animation.finished.catch(() => undefined)),
  ).then(() => undefined),
)`;

/** What of a page people with disabilities cannot use, as far as axe-core finds it: serious and critical only. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(AT_REST);
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as AxeResult;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
}
