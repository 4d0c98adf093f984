import type { Words } from './wording.ts';

export interface Letter extends Omit<Words, 'sms'> {
  lang: string;
  dairy: string;
  footer: string;
}

const serif = "Georgia,'Iowan Old Style','Noto Serif',serif";
const sans = "-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif";
const ink = '#22303c';
const faint = '#6b7680';
const line = '#e4ddd0';

/**
 * A letter as HTML for mail programs: tables and inline styles only, no pictures, nothing loaded. Every value
 * is escaped here and nowhere else.
 */
export function letterHtml({ subject, paragraphs, facts = [], code, lang, dairy, footer }: Letter): string {
  const body = paragraphs.map(paragraphHtml).join('');
  return `<!doctype html>
<html lang="${escapeHtml(lang)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:0;background:#f4efe6;color:${ink}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4efe6"><tr>
<td align="center" style="padding:28px 14px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:540px">
<tr><td style="padding:0 6px 14px;font:600 15px ${sans};letter-spacing:.02em;color:${ink}">${escapeHtml(dairy)}</td></tr>
<tr><td style="background:#fffdf8;border:1px solid ${line};border-top:4px solid ${ink};border-radius:4px 4px 14px 14px;padding:30px 28px">
<h1 style="margin:0 0 18px;font:400 26px/1.25 ${serif};color:${ink}">${escapeHtml(subject)}</h1>
${code ? codeHtml(code) : ''}${body}${facts.length > 0 ? factsHtml(facts) : ''}
</td></tr>
<tr><td style="padding:16px 6px 0;font:400 12px/1.5 ${sans};color:${faint}">${escapeHtml(footer)}</td></tr>
</table></td></tr></table></body></html>`;
}

function paragraphHtml(text: string): string {
  return `<p style="margin:0 0 14px;font:400 16px/1.55 ${sans};color:${ink}">${escapeHtml(text)}</p>`;
}

function codeHtml(code: string): string {
  const style = `margin:0 0 18px;padding:14px 16px;background:#f4efe6;border:1px dashed ${faint};border-radius:8px;`;
  const type = 'font:600 17px/1.4 ui-monospace,Consolas,monospace;word-break:break-all';
  return `<p style="${style}${type}">${escapeHtml(code)}</p>`;
}

function factsHtml(facts: NonNullable<Words['facts']>): string {
  const cell = `padding:9px 0;border-top:1px solid ${line};font:400 15px/1.4 ${sans}`;
  const rows = facts.map(
    ([label, value]) =>
      `<tr><td style="${cell};color:${faint}">${escapeHtml(label)}</td>` +
      `<td align="right" style="${cell};padding-left:16px;color:${ink}">${escapeHtml(value)}</td></tr>`,
  );
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin-top:8px">${rows.join('')}</table>`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that stays text in HTML, between tags and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
}
