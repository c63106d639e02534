import { describe, expect, test } from 'vitest';
import { allRights, judgeRights, rightKey, roleRights } from '../../../src/core/doctor/rights.ts';
import type { Allowed, Right, RoleRights } from '../../../src/core/doctor/rights.ts';
import type { Rule } from '../../control-plane/users.ts';
import { publishedRole } from '../../cli/published-roles.ts';

function keysOf(rules: readonly Rule[]): string[] {
  const keys = rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [null] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => rightKey({ group, resource, verb, name }))),
      ),
    ),
  );
  return keys.toSorted();
}

describe('each command is asked for what the page of rights gives it', () => {
  for (const { role, needed, optional } of Object.values<RoleRights>(roleRights)) {
    test(role, () => {
      const published = publishedRole(role);
      expect(needed.map(rightKey).toSorted()).toEqual(keysOf(published.needed));
      expect([...needed, ...optional].map(rightKey).toSorted()).toEqual(keysOf(published.all));
    });
  }
});

test('no right is asked for twice', () => expect(new Set(allRights().map(rightKey)).size).toBe(allRights().length));

describe('rights of a command', () => {
  const all: Allowed = () => true;
  const without =
    (...denied: string[]): Allowed =>
    ({ verb, resource }: Right) =>
      !denied.includes(`${verb} ${resource}`);
  const where = 'in namespace shop';
  const { look, restore } = roleRights;

  test('missing ones of looking fail', () => {
    const found = judgeRights(look, without('list pods', 'get jobs'), 'must', where);
    expect(found).toEqual({
      result: 'failed',
      message: 'status, explain, where: may not list pods; get jobs.batch in namespace shop',
      cure: 'bind the ClusterRole kubectl-xray-look of docs/rbac.md',
    });
  });
  test('of what the policy calls for they warn, of what nobody may want they are only told', () => {
    const denied = without('patch deployments', 'patch statefulsets');
    expect(judgeRights(restore, denied, 'should', where).result).toBe('warning');
    expect(judgeRights(restore, denied, 'may', where)).toMatchObject({
      result: 'note',
      message: 'restore: may not patch deployments.apps, statefulsets.apps in namespace shop',
    });
  });
  test('what is optional warns, with what is lost', () => {
    const found = judgeRights(look, without('list nodes', 'list scaledobjects'), 'must', where);
    expect(found.result).toBe('warning');
    expect(found.message).toBe(
      'status, explain, where: works in namespace shop, without list nodes, scaledobjects.keda.sh: ' +
        'the worst image of a multi-platform index decides; what KEDA scales is not known as managed',
    );
  });
  test('a watch that is not allowed is slower, and no more', () => {
    const found = judgeRights(look, without('watch pods'), 'must', where);
    expect(found.result).toBe('warning');
    expect(found.message).toMatch(/without watch pods: lists are read again/);
  });
  test('a server that does not say is no server that allows', () =>
    expect(judgeRights(look, () => null, 'must', where).result).toBe('skipped'));
  test('everything allowed is in order', () => expect(judgeRights(look, all, 'must', where).result).toBe('ok'));
});
