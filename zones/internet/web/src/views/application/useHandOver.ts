// What a page does with the answer that the identity platform sent back: the signature is handed in. One that the daemon has judged is done with; one that did
// not reach it is kept and can be handed in again.
import { nextTick, onMounted, ref, type Ref } from 'vue';
import { useForm, words } from '@sanwang/ui';
import { addSignature } from '../../api/portal';
import { answerFor, dropAnswer } from './signing';

const t = words({
  refused: ['统一身份认证平台没有签名：{why}', 'The identity platform did not sign: {why}'],
  unread: ['统一身份认证平台的回复无法识别，请重新签名。', 'The answer of the identity platform cannot be read. Sign again.']
});

export interface HandOver {
  form: ReturnType<typeof useForm>;
  remaining: Ref<number | null>; // signatures that are still missing, once this one is in
  sending: Ref<boolean>;
  kept: Ref<boolean>;
  handOver: () => Promise<void>;
}

// heading: of what is said when it is done.
export function useHandOver(id: () => string, heading: Ref<HTMLElement | null>, done: () => Promise<void> = async () => undefined): HandOver {
  const form = useForm(); // the page is still loading when an answer comes
  const remaining = ref<number | null>(null);
  const sending = ref(false);
  const kept = ref(false);

  async function handOver(): Promise<void> {
    const answer = answerFor(id());
    if (!answer) return;
    if ('refused' in answer) {
      dropAnswer();
      return form.show([{ field: '', text: answer.refused ? t('refused', { why: answer.refused }) : t('unread') }]);
    }
    sending.value = true;
    kept.value = false;
    const good = await form.run(
      async () => void (remaining.value = (await addSignature(id(), answer.signature)).remaining),
      (e) => {
        kept.value = e.status === 0 || e.status === 401 || e.status === 429 || e.status >= 500;
        return null;
      }
    );
    if (!kept.value) dropAnswer();
    if (good) await done();
    sending.value = false;
    if (!good) return;
    await nextTick();
    heading.value?.focus();
  }

  onMounted(handOver);
  return { form, remaining, sending, kept, handOver };
}
