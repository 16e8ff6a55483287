import { useToDo } from '../../api/requests';
import { useMay } from '../../kit/may/use_may';
import { PageParts } from '../../kit/page/parts';

/** What belongs to services and evaluations. Confidential reports have a door of their own. */
export function ServiceParts() {
  const may = useMay();
  const toDo = useToDo(may('serve')).data;
  const served = [
    { to: '/services', title: '一键服务', count: toDo?.service.to_do },
    { to: '/services/suggestions', title: '意见建议', count: toDo?.suggestion.to_do },
  ];
  return (
    <PageParts
      label="服务与评议"
      parts={[
        ...(may('serve') || may('read') ? served : []),
        { to: '/services/evaluations', title: '评议与问卷' },
        { to: '/services/categories', title: '类别' },
      ]}
    />
  );
}
