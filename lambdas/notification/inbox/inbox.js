// The inbox page: what the dairy wrote on a day. The tokens live in this module's memory and nowhere else, and
// nothing that came from a message is ever parsed as HTML here: letters open in a frame that may do nothing.

const POLL_MS = 15_000;
const PAGE = 50;
const statuses = {
  QUEUED: 'Waits',
  SENDING: 'On its way',
  SENT: 'Sent',
  FAILED: 'Failed',
  UNKNOWN: 'Fate unknown',
  SKIPPED: 'Not wanted',
};
const trouble = ['FAILED', 'UNKNOWN'];

const $ = (id) => document.getElementById(id);
let session;
let rows = [];
let next;
let kind = 'all';
let form = 'letter';
let openId;
/** Counts the days looked at, so that an answer for an earlier one is dropped. */
let look = 0;

/** A refusal of the API, or no answer at all, in words. */
class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal('The dairy does not answer. Is it running?', 0);
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return { body, link: response.headers.get('link') };
  if (response.status === 429) throw new Refusal('Too many tries. Wait a while, then try again.', 429);
  throw new Refusal(body.title ?? 'Something went wrong.', response.status);
}

const post = (path, value, token) =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(value),
  });

/** Asks as the admin who logged in; an access token that ran out is renewed once. */
async function askAsStaff(path) {
  const get = () => ask(path, { headers: { authorization: `Bearer ${session.token}` } });
  try {
    return await get();
  } catch (refusal) {
    if (refusal.status !== 401 || !session) throw refusal;
    try {
      session = (await post('/user/refresh', { refreshToken: session.refreshToken })).body;
    } catch (ended) {
      if (ended.status === 0) throw ended;
      leave('The session has ended. Log in again.');
      throw ended;
    }
    return get();
  }
}

$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = event.target.querySelector('button');
  const { email, password } = event.target.elements;
  refuse('');
  if (!email.value.trim() || !password.value) return refuse('Fill in e-mail and password.');
  button.disabled = true;
  try {
    const { body } = await post('/user/login', { email: email.value, password: password.value });
    if (body.role !== 'admin') {
      post('/user/logout', {}, body.token).catch(() => undefined);
      return refuse('This door is for the dairy’s admins only.');
    }
    session = body;
    password.value = '';
    $('gate').hidden = true;
    $('room').hidden = false;
    $('day').value = today();
    await load();
    $('day').focus();
  } catch (refusal) {
    refuse(refusal.message);
  } finally {
    button.disabled = false;
  }
});

function refuse(words) {
  $('refused').textContent = words;
  $('refused').hidden = words === '';
}

function leave(words = '') {
  const token = session?.token;
  session = undefined;
  rows = [];
  next = undefined;
  look++;
  close();
  draw();
  $('room').hidden = true;
  $('gate').hidden = false;
  refuse(words);
  $('email').focus();
  return token;
}

$('out').addEventListener('click', () => {
  const token = leave();
  if (token) post('/user/logout', {}, token).catch(() => undefined);
});

function today() {
  const now = new Date();
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

function pad(number) {
  return String(number).padStart(2, '0');
}

/** The day that is shown; today is left to the dairy, whose clock may be in another zone than this screen. */
function pathOfDay() {
  const day = $('day').value;
  return `/notification/inbox?limit=${PAGE}${day && day !== today() ? `&day=${day}` : ''}`;
}

/** Looks at a day from its newest message on. */
async function load() {
  const mine = ++look;
  rows = [];
  next = undefined;
  close();
  draw({ waiting: true });
  await fetchPage(pathOfDay(), mine, false);
}

async function fetchPage(path, mine, quietly) {
  try {
    const { body, link } = await askAsStaff(path);
    if (mine !== look) return;
    const known = new Map([...rows, ...body].map((row) => [row.notificationId, row]));
    const before = rows.length;
    rows = [...known.values()].sort((a, b) => (a.notificationId < b.notificationId ? 1 : -1));
    if (!quietly || before === 0) next = /<([^>]+)>/.exec(link ?? '')?.[1];
    draw();
  } catch (refusal) {
    if (mine !== look || !session || quietly) return;
    draw({ wrong: `${refusal.message} Use “Look again”.` });
  }
}

$('again').addEventListener('click', load);
$('day').addEventListener('change', () => $('day').value && load());
$('earlier').addEventListener('click', () => stepDay(-1));
$('later').addEventListener('click', () => stepDay(1));
$('more').addEventListener('click', async () => {
  $('more').disabled = true;
  await fetchPage(next, look, false);
  $('more').disabled = false;
});

function stepDay(count) {
  const [year, month, date] = ($('day').value || today()).split('-').map(Number);
  $('day').value = new Date(Date.UTC(year, month - 1, date + count)).toISOString().slice(0, 10);
  load();
}

setInterval(() => {
  if (session && document.visibilityState === 'visible' && $('day').value === today()) {
    fetchPage(pathOfDay(), look, true);
  }
}, POLL_MS);

for (const button of document.querySelectorAll('[data-kind]')) {
  button.addEventListener('click', () => {
    kind = button.dataset.kind;
    press('[data-kind]', button);
    draw();
  });
}

for (const button of document.querySelectorAll('[data-form]')) {
  button.addEventListener('click', () => {
    form = button.dataset.form;
    press('[data-form]', button);
    drawBody(rows.find(({ notificationId }) => notificationId === openId));
  });
}

function press(group, pressed) {
  for (const button of document.querySelectorAll(group))
    button.setAttribute('aria-pressed', String(button === pressed));
}

/** The pile: waiting, wrong, empty, or its messages. */
function draw({ waiting = false, wrong } = {}) {
  const shown = rows.filter(({ channel, status }) => {
    return kind === 'all' || (kind === 'trouble' ? trouble.includes(status) : channel === kind);
  });
  const words = wrong ?? (waiting ? 'Looking…' : countOf(shown.length));
  // A screen reader says what changes here: the same words again are no news.
  if ($('state').textContent !== words) $('state').textContent = words;
  $('state').classList.toggle('wrong', wrong !== undefined);
  $('empty').hidden = waiting || wrong !== undefined || shown.length > 0;
  $('empty-words').textContent =
    kind === 'all'
      ? 'No notes on the step: nothing was written on this day.'
      : 'Nothing of this kind on this day.';
  $('more').hidden = waiting || next === undefined;
  const list = $('list');
  list.classList.toggle('waiting', waiting);
  const focused = document.activeElement?.closest('#list button')?.dataset.id;
  list.replaceChildren(...(waiting ? [0, 1, 2, 3].map(() => make('li')) : shown.map(lineOf)));
  const opened = rows.find(({ notificationId }) => notificationId === openId);
  if (opened) drawFacts(opened);
  if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function countOf(count) {
  return count === 0 ? '' : `${count}${next ? ' or more' : ''} ${count === 1 ? 'message' : 'messages'}`;
}

function lineOf(row) {
  const button = make('button', trouble.includes(row.status) ? 'trouble' : '');
  button.type = 'button';
  button.dataset.id = row.notificationId;
  if (row.notificationId === openId) button.setAttribute('aria-current', 'true');
  const words = make('span');
  const about = make('small');
  about.append(
    make('span', 'mark-word', statuses[row.status] ?? row.status),
    ` · ${row.type} · ${row.userId}`,
  );
  words.append(make('strong', '', row.subject || '(erased)'), about);
  const time = make('time', '', clock(row.createdAt));
  time.dateTime = row.createdAt;
  button.append(capOf(row), words, time);
  button.addEventListener('click', () => open(row));
  const line = make('li');
  line.append(button);
  return line;
}

function capOf({ channel, status }) {
  const cap = make('span', `cap ${status}`);
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', channel === 'SMS' ? '#text' : '#mail');
  picture.setAttribute('aria-hidden', 'true');
  picture.append(use);
  cap.append(picture, make('span', 'unseen', channel === 'SMS' ? 'Text message' : 'E-mail'));
  return cap;
}

function make(tag, className = '', text = '') {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** The sheet: one message. */
function open(row) {
  openId = row.notificationId;
  $('stamp').textContent = `${row.channel === 'SMS' ? 'TEXT MESSAGE' : 'E-MAIL'} · ${row.type}`;
  $('subject').textContent = row.subject || '(erased)';
  drawFacts(row);
  $('forms').hidden = !row.html;
  drawBody(row);
  $('sheet').hidden = false;
  $('nothing').hidden = true;
  document.body.classList.add('reading');
  for (const button of document.querySelectorAll('#list button')) {
    if (button.dataset.id === openId) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
  // On a phone the sheet covers the pile, and the phone's own way back leads there.
  if (location.hash !== '#read') location.hash = 'read';
  $('subject').focus();
}

function drawFacts(row) {
  $('facts').replaceChildren(
    ...[
      ['To', row.userId],
      ['Written', new Date(row.createdAt).toLocaleString()],
      ['Status', statuses[row.status] ?? row.status],
      ['Id', row.notificationId],
    ].map(([label, value]) => {
      const pair = make('div');
      pair.append(make('dt', '', label), make('dd', '', value));
      return pair;
    }),
  );
}

function drawBody(row) {
  if (!row) return;
  if (row.html && form === 'letter') {
    const frame = make('iframe');
    frame.setAttribute('sandbox', '');
    frame.title = row.subject || 'Letter';
    frame.srcdoc = row.html;
    $('body').replaceChildren(frame);
    return;
  }
  const words = row.message || 'The person was erased, and with them the words of this message.';
  $('body').replaceChildren(
    make(row.channel === 'SMS' ? 'p' : 'pre', row.channel === 'SMS' ? 'bubble' : 'words', words),
  );
}

function close() {
  const was = openId;
  openId = undefined;
  $('sheet').hidden = true;
  $('nothing').hidden = false;
  $('body').replaceChildren();
  document.body.classList.remove('reading');
  for (const button of document.querySelectorAll('#list [aria-current]'))
    button.removeAttribute('aria-current');
  if (location.hash === '#read') history.replaceState(null, '', location.pathname);
  if (was) document.querySelector(`#list [data-id="${CSS.escape(was)}"]`)?.focus();
}

$('back').addEventListener('click', () => history.back());
addEventListener('hashchange', () => location.hash !== '#read' && close());
addEventListener('keydown', (event) => event.key === 'Escape' && openId && close());
