import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router-dom';

import { isSecondFactorDue, isSignedOut, Refusal } from './api/refusal';
import { askWhoIAm, forgetMe } from './api/session';
import { Frame } from './frame/frame';
import { ConfirmProvider } from './kit/confirm/confirm';
import { LeaveGuards } from './kit/leave/leave_guard';
import { theme } from './kit/theme';
import { SessionGate } from './pages/sign_in/gate';
import { pagesAlone, pagesInFrame } from './routes';

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
          children: pagesInFrame,
        },
        ...pagesAlone,
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
