import { describe, expect, it } from 'vitest';
import { hasSlimVariant, slimName } from './official-images.ts';

describe('the slim variant of an official image', () => {
  it.each([
    ['python:3.9.16-bullseye', 'python:3.9.16-slim-bullseye'],
    ['python:3.9.16', 'python:3.9.16-slim'],
    ['python:latest', 'python:slim'],
    ['python', 'python:slim'],
    ['node:bookworm', 'node:slim-bookworm'],
    ['docker.io/library/ruby:3.2-trixie', 'docker.io/library/ruby:3.2-slim-trixie'],
    ['node:18-stretch', 'node:18-slim-stretch'],
  ])('of %s is %s', (name, slim) => {
    expect(slimName(name)).toBe(slim);
  });

  it('is offered of full images of languages, not of those that are slim, of Alpine, or nobody knows', () => {
    expect(hasSlimVariant('python:3.9.16-bullseye')).toBe(true);
    expect(hasSlimVariant('docker.io/library/golang:1.20')).toBe(true);
    expect(hasSlimVariant('python:3.9.16-slim-bullseye')).toBe(false);
    expect(hasSlimVariant('node:18-alpine3.18')).toBe(false);
    expect(hasSlimVariant('debian:11')).toBe(false);
    expect(hasSlimVariant('registry.example/python:3.9')).toBe(false);
  });
});
