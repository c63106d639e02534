import { expect, test } from 'vitest';
import { sameFlags } from '../../src/commands/same-flags.ts';

test('nothing was said, so nothing has to be said again', () => expect(sameFlags({ yes: true, context: '' })).toBe(''));

test('where the cluster is, who asks, and where the journal lies is said again', () => {
  const argv = { context: ['old', 'other'], kubeconfig: '/tmp/kc', journal: 'kept', as: 'ana', 'as-group': ['a', 'b'] };
  expect(sameFlags(argv)).toBe(
    ' --kubeconfig /tmp/kc --context other --as ana --journal kept --as-group a --as-group b',
  );
});

test('as a shell takes it', () => {
  expect(sameFlags({ context: "it's $HOME; rm" })).toBe(` --context 'it'\\''s $HOME; rm'`);
  expect(sameFlags({ context: 'a\u001b[2Jb' })).toBe(` --context 'a\\x1b[2Jb'`);
});

test('a token is not shown', () => {
  expect(sameFlags({ token: 'secret-1', server: 'https://10.0.0.1:6443' })).toBe(
    " --server https://10.0.0.1:6443 --token '<the same token>'",
  );
});
