// The screen, whole. The only component that knows the store; the others are given what they draw.
import { Box } from 'ink';
import { useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { Crumbs } from './Crumbs.tsx';
import { Dialog } from './Dialog.tsx';
import { formOf } from './dialogs/form-of.ts';
import { FlashLine } from './FlashLine.tsx';
import { heightsOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { Header } from './Header.tsx';
import { Prompt } from './Prompt.tsx';
import { TablePage } from './TablePage.tsx';
import { TextPage } from './TextPage.tsx';
import type { Theme } from './theme.ts';

const hint = '? help  : command  / filter  enter open  esc back';

/** What it takes of a screen. */
export interface Shows {
  readonly subscribe: (listener: () => void) => () => void;
  readonly frame: () => Frame;
}

export function App({ screen, theme }: { readonly screen: Shows; readonly theme: Theme }): ReactNode {
  return <Whole frame={useSyncExternalStore(screen.subscribe, screen.frame, screen.frame)} theme={theme} />;
}

/** At most one line less than the terminal has, so that nothing scrolls. */
export function Whole({ frame, theme }: { readonly frame: Frame; readonly theme: Theme }): ReactNode {
  const { view, header } = frame;
  const { columns } = view;
  const heights = heightsOf(frame);
  return (
    <Box flexDirection="column" width={columns} height={Math.max(1, view.rows - 1)} overflow="hidden">
      <Header header={header} height={heights.header} columns={columns} theme={theme} />
      <Crumbs frame={frame} theme={theme} />
      <Body frame={frame} height={heights.body} theme={theme} />
      {view.prompt === null ? (
        <FlashLine
          flash={view.flash}
          hint={view.dialog === null ? hint : formOf(view.dialog).hint}
          columns={columns}
          theme={theme}
        />
      ) : (
        <Prompt prompt={view.prompt} columns={columns} theme={theme} />
      )}
    </Box>
  );
}

function Body(props: { readonly frame: Frame; readonly height: number; readonly theme: Theme }): ReactNode {
  const { frame, height, theme } = props;
  const { dialog, columns } = frame.view;
  if (dialog !== null) return <Dialog dialog={dialog} height={height} columns={columns} theme={theme} />;
  return frame.content.is === 'table' ? <TablePage {...props} /> : <TextPage {...props} />;
}
