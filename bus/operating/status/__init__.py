"""What is going on: queues, streams, functions, rules, pipes, schedules, alarms."""
