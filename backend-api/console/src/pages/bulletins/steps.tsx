/** Steps in a bulletin's life that are asked about before they are taken. */
import { useStep } from '../../api/bulletins';
import { useOrganizations } from '../../api/places';
import type { Confirmations, StaffBulletin } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';

/** Whether it was done. */
type Done = Promise<boolean>;

/** What can be done with a bulletin besides writing it. */
export function useSteps() {
  const confirm = useConfirm();
  const { mutateAsync: step } = useStep();
  const organizations = useOrganizations().data ?? [];
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name ?? code;
  const taken = async (asked: Promise<unknown>): Done => (await asked) !== null;
  return {
    /** On every television of its audience at once. */
    publish: ({ id, version, draft }: StaffBulletin, said: Confirmations): Done =>
      taken(
        confirm({
          title: draft.urgent === true ? '紧急插播，马上盖过所有画面？' : '发布到电视？',
          content:
            draft.urgent === true
              ? `${nameOf(draft.audience_code)}范围内的电视，不管正在看什么，都会马上跳出“${draft.title}”，看过为止。`
              : `${nameOf(draft.audience_code)}范围内的电视马上会显示“${draft.title}”。您的名字记入记录。`,
          okText: draft.urgent === true ? '紧急插播' : '发布',
          cancelText: '再看看',
          run: () => step({ step: 'publish', id, version, said }),
        }),
      ),
    handBack: ({ id, version, draft }: StaffBulletin): Done =>
      taken(
        confirm({
          title: '退回修改？',
          content: `“${draft.title}”回到草稿，${nameOf(draft.organization_code)}会看到您写的原因，改了再提交。`,
          okText: '退回',
          cancelText: '不退',
          reason: '表里的合计和明细对不上，请核对',
          run: (reason) => step({ step: 'return', id, version, reason }),
        }),
      ),
    withdraw: ({ id, version, draft }: StaffBulletin): Done =>
      taken(
        confirm({
          title: '从电视上撤回？',
          content: `“${draft.title}”马上从所有电视上消失，${nameOf(draft.organization_code)}会看到原因。`,
          okText: '撤回',
          cancelText: '不撤',
          reason: '金额写错了，改好再发',
          run: (reason) => step({ step: 'withdraw', id, version, reason }),
        }),
      ),
    /** Of what was withdrawn or has expired. */
    again: ({ id, version, draft }: StaffBulletin): Done =>
      taken(
        confirm({
          title: '改成草稿，再发一次？',
          content: `“${draft.title}”回到草稿，改好以后照常提交、发布。`,
          okText: '改成草稿',
          cancelText: '不改',
          run: () => step({ step: 'return', id, version }),
        }),
      ),
  };
}
