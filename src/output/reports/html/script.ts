// What the page does when scripts may run: it filters rows and opens details. It runs in the reader's browser, loads
// nothing and changes nothing but what is shown. Rows are compared by their text, and never put together from it.

export const script = `
(() => {
  const byId = (id) => document.getElementById(id);
  const [form, find, condition, unfold, shown] = ['filter', 'find', 'condition', 'unfold', 'shown'].map(byId);
  const rows = [...document.querySelectorAll('tbody[data-of]')].map((body) => ({ body, text: '' }));
  const parts = [...document.querySelectorAll('.part')];
  const textOf = (row) => (row.text ||= row.body.textContent.toLowerCase());
  const apply = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    const counts = new Map();
    for (const row of rows) {
      const { body } = row;
      const holds = condition.value === '' || body.dataset.words.split(' ').includes(condition.value);
      const isShown = holds && words.every((word) => textOf(row).includes(word));
      body.hidden = !isShown;
      const count = counts.get(body.dataset.of) ?? { shown: 0, all: 0 };
      count.all += 1;
      if (isShown) count.shown += 1;
      counts.set(body.dataset.of, count);
    }
    for (const part of parts) part.hidden = part.querySelector('tbody[data-of]:not([hidden])') === null;
    shown.textContent = [...counts].map(([of, count]) => count.shown + ' of ' + count.all + ' ' + of + 's').join(', ');
  };
  const fold = () => {
    const open = unfold.getAttribute('aria-pressed') !== 'true';
    unfold.setAttribute('aria-pressed', String(open));
    unfold.textContent = open ? 'Close all details' : 'Open all details';
    for (const { body } of rows) if (!body.hidden) body.querySelector('details').open = open;
  };
  let isDue = false;
  const soon = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      apply();
    });
  };
  form.addEventListener('submit', (event) => event.preventDefault());
  find.addEventListener('input', soon);
  condition.addEventListener('change', apply);
  unfold.addEventListener('click', fold);
  const opened = () => {
    const at = location.hash === '' ? null : byId(location.hash.slice(1));
    if (at?.matches('tbody[data-of]')) {
      at.hidden = false;
      at.closest('.part').hidden = false;
      at.querySelector('details').open = true;
    }
  };
  addEventListener('hashchange', opened);
  form.hidden = false;
  apply();
  opened();
})();
`;
