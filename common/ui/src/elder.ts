// Elder mode 适老化 (工信部《互联网网站适老化通用设计规范》): large type on every page, and the page read aloud where the browser can. The choice is kept.
import { ref, watchEffect } from 'vue';
import { lang } from './lang';

const KEY = 'sanwang.elder';

export const elder = ref(false);
export const reading = ref(false);

export function startElder(): void {
  try {
    elder.value = localStorage.getItem(KEY) === '1';
  } catch {
    elder.value = false;
  }
  watchEffect(() => {
    document.documentElement.classList.toggle('elder', elder.value);
    if (!elder.value) stopReading();
    try {
      localStorage.setItem(KEY, elder.value ? '1' : '0');
    } catch {
      // Private window: the choice lasts as long as the page.
    }
  });
}

export const canRead = (): boolean => typeof window !== 'undefined' && 'speechSynthesis' in window;

// What is read: visible text in order, the choices and fields by their labels, one sentence a piece so that a voice can pause.
export function textOf(root: Element): string[] {
  const parts: string[] = [];
  const visit = (node: Node): void => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = (node.textContent ?? '').replace(/\s+/g, ' ').trim();
      if (text) parts.push(text);
      return;
    }
    if (!(node instanceof HTMLElement) || node.hidden || node.getAttribute('aria-hidden') === 'true' || /^(script|style|noscript|select)$/i.test(node.tagName)) return;
    for (const child of node.childNodes) visit(child);
  };
  visit(root);
  return parts.join('。').split(/(?<=[。！？.!?])/).map((s) => s.trim()).filter((s) => s.replace(/[。.！？!?·\s]/g, '') !== '');
}

export function stopReading(): void {
  reading.value = false;
  if (canRead()) window.speechSynthesis.cancel();
}

export function readAloud(root: Element): void {
  if (!canRead()) return;
  stopReading();
  const sentences = textOf(root);
  reading.value = sentences.length > 0;
  sentences.forEach((sentence, i) => {
    const one = new SpeechSynthesisUtterance(sentence);
    one.lang = lang.value === 'zh' ? 'zh-CN' : 'en';
    one.rate = 0.9;
    if (i === sentences.length - 1) one.onend = () => (reading.value = false);
    window.speechSynthesis.speak(one);
  });
}
