// SPDX-License-Identifier: MIT
// Buttons that control loops. They ask back where something is lost.

const control = {allowed: false};

const verbs = {
  trigger: {label: 'Trigger', hint: 'Run an iteration now'},
  pause: {label: 'Pause', hint: 'Start no iteration until it is resumed'},
  resume: {label: 'Resume', hint: 'Go on with the next slot'},
  stop: {label: 'Stop', hint: 'End the run after the iteration in progress'},
  start: {label: 'Start', hint: 'Begin a run'},
  restart: {
    label: 'Restart', hint: 'Cancel the run and begin another',
    question: 'The iteration in progress is cancelled, and a new run begins.',
    yes: 'Restart it',
  },
  cancel: {
    label: 'Cancel', hint: 'End the run at once',
    question: 'The run ends at once, and the iteration in progress is cancelled.',
    yes: 'Cancel the run',
  },
};

const notices = document.getElementById('notices');

function notify(text) {
  const close = element('button', {type: 'button', textContent: 'Dismiss'});
  const notice = element('div', {className: 'notice'}, element('span', {textContent: text}), close);
  close.addEventListener('click', () => notice.remove());
  notices.replaceChildren(notice);
}

/** Asks a question in a dialogue; resolves to whether the answer is yes. */
function ask(title, text, yes) {
  const dialog = document.getElementById('question');
  const accept = document.getElementById('question-yes');
  const refuse = document.getElementById('question-no');
  say(document.getElementById('question-title'), title);
  say(document.getElementById('question-text'), text);
  say(accept, yes);
  return new Promise((resolve) => {
    dialog.returnValue = '';
    accept.onclick = () => dialog.close('yes');
    refuse.onclick = () => dialog.close('no');
    dialog.onclose = () => resolve(dialog.returnValue === 'yes');
    dialog.showModal();
    refuse.focus();
  });
}

async function post(path) {
  try {
    const response = await fetch(path, {method: 'POST', headers: {'X-Tasks': '1'}});
    if (response.ok) notices.replaceChildren();
    else notify(await response.text());
  } catch {
    notify('The server does not answer.');
  }
}

/** A button for a verb on a loop. */
function verbButton(verb, name) {
  const {label, hint, question, yes} = verbs[verb];
  const button = element('button', {
    type: 'button', className: question ? 'danger' : '', title: hint, 'aria-label': `${label} ${name}`,
  }, label);
  button.dataset.verb = verb;
  button.addEventListener('click', async () => {
    if (!question || await ask(`${label} “${name}”?`, question, yes))
      post(`api/loops/${encodeURIComponent(name)}/${verb}`);
  });
  return button;
}

/** Offers the buttons for all loops, or takes them away; returns whether that was a change. */
function offerControl(allowed) {
  if (allowed === control.allowed) return false;
  control.allowed = allowed;
  const buttons = allowed ? ['pause', 'resume'] : [];
  document.getElementById('all').replaceChildren(...buttons.map((verb) => {
    const button = element('button', {type: 'button'}, `${verbs[verb].label} all`);
    button.addEventListener('click', () => post(`api/all/${verb}`));
    return button;
  }));
  document.getElementById('control-head').hidden = !allowed;
  return true;
}
