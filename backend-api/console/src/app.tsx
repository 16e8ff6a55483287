import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router-dom';

import { isSecondFactorDue, isSignedOut, Refusal } from './api/refusal';
import { askWhoIAm, forgetMe } from './api/session';
import { Frame } from './frame/frame';
import { ConfirmProvider } from './kit/confirm/confirm';
import { LeaveGuards } from './kit/leave/leave_guard';
import { theme } from './kit/theme';
import { AccountPage } from './pages/account/page';
import { AuditPage } from './pages/audit/page';
import { BranchesPage } from './pages/branches/page';
import { CategoriesPage } from './pages/categories/page';
import { DutyPage } from './pages/duty/page';
import { EvaluationPage } from './pages/evaluation/page';
import { EvaluationsPage } from './pages/evaluations/page';
import { HostPage } from './pages/host/page';
import { MeetingsPage } from './pages/meetings/page';
import { NotFound } from './pages/not_found';
import { NoticesPage } from './pages/notices/page';
import { ReportsPage, RequestsPage } from './pages/requests/page';
import { SessionGate } from './pages/sign_in/gate';
import { StatisticsPage } from './pages/statistics/page';
import { ViewingsPage } from './pages/viewings/page';

/** Trying again helps when there was no answer; a refusal stays one. */
function mayHelp(failures: number, error: Error): boolean {
  return failures < 2 && (!(error instanceof Refusal) || error.status === 0 || error.status >= 502);
}

function makeQueries(): QueryClient {
  const onError = (error: Error) => {
    if (isSignedOut(error)) forgetMe(queries);
    if (isSecondFactorDue(error)) askWhoIAm(queries);
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { retry: mayHelp, staleTime: 5000 }, mutations: { retry: false } },
  });
  return queries;
}

const router = createBrowserRouter(
  [
    {
      element: (
        <ConfirmProvider>
          <LeaveGuards>
            <SessionGate />
          </LeaveGuards>
        </ConfirmProvider>
      ),
      children: [
        {
          element: <Frame />,
          children: [
            { index: true, element: <Navigate to="/meetings" replace /> },
            { path: 'meetings', element: <MeetingsPage /> },
            { path: 'meetings/:id/viewings', element: <ViewingsPage /> },
            { path: 'services', element: <RequestsPage kind="service" /> },
            { path: 'services/suggestions', element: <RequestsPage kind="suggestion" /> },
            { path: 'services/evaluations', element: <EvaluationsPage /> },
            { path: 'services/evaluations/:id', element: <EvaluationPage /> },
            { path: 'services/categories', element: <CategoriesPage /> },
            { path: 'reports', element: <ReportsPage /> },
            { path: 'statistics', element: <StatisticsPage /> },
            { path: 'duty', element: <DutyPage /> },
            { path: 'branches', element: <BranchesPage /> },
            { path: 'audit', element: <AuditPage /> },
            { path: 'account', element: <AccountPage /> },
            { path: 'notices', element: <NoticesPage /> },
            { path: '*', element: <NotFound /> },
          ],
        },
        { path: 'meetings/:id/live', element: <HostPage /> },
      ],
    },
  ],
  { basename: '/console' },
);

export function App() {
  const [queries] = useState(makeQueries);
  return (
    <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <AntApp component={false}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
