/** Steps in a programme's life that are asked about before they are taken. */
import { useOrganizations } from '../../api/places';
import { usePublishProgramme, useWithdrawProgramme } from '../../api/programmes';
import type { StaffProgramme } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';

/** Each answers whether it was done. */
export function useSteps() {
  const confirm = useConfirm();
  const { mutateAsync: publish } = usePublishProgramme();
  const { mutateAsync: withdraw } = useWithdrawProgramme();
  const organizations = useOrganizations().data ?? [];
  const nameOf = (code: string) => organizations.find((one) => one.code === code)?.name ?? code;
  return {
    /** On every television of its audience at once. */
    publish: async ({ id, version, title, audience_code }: StaffProgramme) =>
      (await confirm({
        title: '发布到电视？',
        content: `${nameOf(audience_code)}范围内的电视马上可以点播“${title}”。您的名字记入记录。`,
        okText: '发布',
        cancelText: '再看看',
        run: () => publish({ id, version }),
      })) !== null,
    withdraw: async ({ id, title }: StaffProgramme) =>
      (await confirm({
        title: '从电视上撤回这个节目？',
        content: `“${title}”马上从所有电视上消失，撤回以后不能恢复，要再放就重新发布。发布单位在“已撤回”里能看到原因。`,
        okText: '撤回',
        cancelText: '不撤',
        reason: '片子里的电话已经停用',
        run: (reason) => withdraw({ id, reason }),
      })) !== null,
    /** Of a draft nothing is left. */
    discard: async ({ id, title }: StaffProgramme) =>
      (await confirm({
        title: '不要这个草稿了？',
        content: `“${title}”和传上来的片子都会清掉，不能恢复。电视上没有放过它。`,
        okText: '删掉草稿',
        cancelText: '留着',
        run: () => withdraw({ id, reason: '' }),
      })) !== null,
  };
}
