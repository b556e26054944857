#!/usr/bin/env node
/** The command `spot-image-drift`, which the task `check-drift` runs. */
import { checkDrift } from './drift';

process.exitCode = checkDrift(process.cwd());
