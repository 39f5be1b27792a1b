// In a page of a further language: what is still Chinese is marked as Chinese, so that a screen reader speaks it right; its direction is that of its text (style.css).
const MARK = 'data-fallback';
const chinese = /\p{Script=Han}/u;
let watching: MutationObserver | undefined;

function markText(node: Node): void {
  const at = node.parentElement;
  if (!at || /^(script|style)$/i.test(at.tagName)) return;
  const is = [...at.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && chinese.test(n.textContent ?? ''));
  if (is && !at.hasAttribute('lang')) {
    at.lang = 'zh-CN';
    at.setAttribute(MARK, '');
  } else if (!is && at.hasAttribute(MARK)) {
    unmark(at);
  }
}

function unmark(at: Element): void {
  for (const name of ['lang', MARK]) at.removeAttribute(name);
}

function markAll(root: Node): void {
  if (root.nodeType === Node.TEXT_NODE) return markText(root);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) markText(walker.currentNode);
}

export function markFallback(on: boolean): void {
  watching?.disconnect();
  watching = undefined;
  if (!on) return document.querySelectorAll(`[${MARK}]`).forEach(unmark);
  watching = new MutationObserver((changes) => {
    for (const c of changes) {
      if (c.type === 'characterData') markText(c.target);
      c.addedNodes.forEach(markAll);
    }
  });
  watching.observe(document.body, { subtree: true, childList: true, characterData: true });
  markAll(document.body);
}
