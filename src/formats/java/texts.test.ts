import { describe, expect, it } from 'vitest';
import { classesNamed } from './index.ts';

describe('names of classes in a text', () => {
  it('are those of several parts whose last begins with a capital, each once', () => {
    const text = `<bean class="com.shop.Cart$Item"/>\ndriver=org.db.Driver\nagain: org.db.Driver, www.example.org, 1.2.Three, file.txt, Alone`;
    expect(classesNamed(text)).toEqual(['com/shop/Cart$Item', 'org/db/Driver']);
  });

  it('are found in time in a text that only looks like names', () => {
    expect(classesNamed('a.'.repeat(500_000))).toEqual([]);
  });
});
