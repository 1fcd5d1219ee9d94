using System.Collections.Concurrent;
using Ferry.Core.Concurrency;

namespace Ferry.Core.Tests.Concurrency;

public class WorkPoolTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void Every_item_of_a_growing_tree_is_done_once(int jobs)
    {
        var seen = new ConcurrentBag<int>();
        var pool = new WorkPool<int, object>(Options(jobs), () => new object(), (n, _, pool) =>
        {
            seen.Add(n);
            foreach (int child in new[] { 2 * n, 2 * n + 1 })
            {
                if (child < 20_000)
                    pool.Add(child);
            }
            return new WorkAmount(1);
        });
        pool.Run([1], None);
        Assert.Equal(Enumerable.Range(1, 19_999), seen.Order());
    }

    [Fact]
    public void One_job_runs_on_the_calling_thread_only()
    {
        var threads = new HashSet<int>();
        var pool = new WorkPool<int, object>(Options(1), () => new object(), (_, _, _) =>
        {
            threads.Add(System.Environment.CurrentManagedThreadId);
            return default;
        });
        pool.Run(Enumerable.Range(0, 100), None);
        Assert.Equal([System.Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void A_single_item_starts_no_thread_although_many_are_allowed()
    {
        int workers = 0;
        var pool = new WorkPool<int, int>(Options(64), () => Interlocked.Increment(ref workers), (_, _, _) => default);
        pool.Run([1], None);
        // The source may have held a second item, which one more thread went to ask for; never more.
        Assert.InRange(workers, 1, 2);
    }

    [Fact]
    public void Waiting_items_run_at_once_up_to_the_limit()
    {
        using var together = new CountdownEvent(8);
        var pool = new WorkPool<int, object>(Options(8), () => new object(), (_, _, _) =>
        {
            together.Signal();
            Assert.True(together.Wait(TimeSpan.FromSeconds(30)));
            return default;
        });
        pool.Run(Enumerable.Range(0, 8), None);
    }

    [Fact]
    public void The_limit_is_never_exceeded_even_by_two_pools_that_share_it()
    {
        var limiter = Limiter(3);
        int running = 0, most = 0;
        WorkAmount Body(int item, object worker, WorkPool<int, object> pool)
        {
            int now = Interlocked.Increment(ref running);
            for (int seen = most; now > seen; seen = most)
                Interlocked.CompareExchange(ref most, now, seen);
            Thread.Yield();
            Interlocked.Decrement(ref running);
            return default;
        }
        var options = new WorkPoolOptions { Limiter = limiter };
        Parallel.For(0, 2, _ =>
            new WorkPool<int, object>(options, () => new object(), Body).Run(Enumerable.Range(0, 5_000), None));
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, limiter.InFlight);
    }

    [Fact]
    public void Last_in_is_first_out_by_default()
    {
        var order = new List<int>();
        var pool = new WorkPool<int, object>(Options(1), () => new object(), (n, _, pool) =>
        {
            order.Add(n);
            if (n < 10)
            {
                pool.Add(10 * n);
                pool.Add(10 * n + 1);
            }
            return default;
        });
        pool.Run([1, 2], None);
        Assert.Equal([1, 11, 10, 2, 21, 20], order);
    }

    [Fact]
    public void First_in_is_first_out_when_asked()
    {
        var order = new List<int>();
        var pool = new WorkPool<int, object>(Options(1) with { Order = WorkOrder.Fifo }, () => new object(), (n, _, pool) =>
        {
            order.Add(n);
            if (n < 10)
            {
                pool.Add(10 * n);
                pool.Add(10 * n + 1);
            }
            return default;
        });
        pool.Run([1, 2], None);
        Assert.Equal([1, 2, 10, 11, 20, 21], order);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void The_first_exception_ends_the_run_and_reaches_the_caller(int jobs)
    {
        int done = 0;
        var limiter = Limiter(jobs);
        var pool = new WorkPool<int, object>(new WorkPoolOptions { Limiter = limiter }, () => new object(), (n, _, _) =>
        {
            Interlocked.Increment(ref done);
            return n == 100 ? throw new FormatException("item 100") : default;
        });
        var e = Assert.Throws<FormatException>(() => pool.Run(Enumerable.Range(0, 1_000_000), None));
        Assert.Equal("item 100", e.Message);
        Assert.InRange(done, 101, 999_999);
        Assert.Equal(0, limiter.InFlight);
    }

    [Fact]
    public void An_exception_of_the_source_or_of_the_worker_factory_reaches_the_caller()
    {
        static IEnumerable<int> Broken()
        {
            yield return 1;
            throw new FormatException();
        }
        Assert.Throws<FormatException>(() =>
            new WorkPool<int, object>(Options(4), () => new object(), (_, _, _) => default).Run(Broken(), None));
        Assert.Throws<FormatException>(() =>
            new WorkPool<int, object>(Options(4), () => throw new FormatException(), (_, _, _) => default).Run([1], None));
    }

    [Fact]
    public void A_worker_that_cannot_be_disposed_of_fails_the_run()
    {
        var pool = new WorkPool<int, BadWorker>(Options(4), () => new BadWorker(), (_, _, _) => default);
        Assert.Throws<FormatException>(() => pool.Run(Enumerable.Range(0, 1000), None));
    }

    [Fact]
    public void A_failure_wakes_bodies_that_look_at_the_stopping_token()
    {
        using var waiting = new ManualResetEventSlim();
        var pool = new WorkPool<int, object>(Options(2), () => new object(), (n, _, pool) =>
        {
            if (n == 0)
            {
                waiting.Set();
                Assert.True(pool.Stopping.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
                pool.Stopping.ThrowIfCancellationRequested();
            }
            waiting.Wait(TimeSpan.FromSeconds(30));
            throw new FormatException();
        });
        Assert.Throws<FormatException>(() => pool.Run([0, 1], None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Cancelling_ends_the_run(int jobs)
    {
        using var cancel = new CancellationTokenSource();
        var pool = new WorkPool<int, object>(Options(jobs), () => new object(), (n, _, pool) =>
        {
            if (n == 500)
                cancel.Cancel();
            pool.Add(n + 1);
            return default;
        });
        var e = Assert.Throws<OperationCanceledException>(() => pool.Run([0], cancel.Token));
        Assert.Equal(cancel.Token, e.CancellationToken);
    }

    [Fact]
    public void Cancelling_wakes_idle_threads_and_a_blocked_source()
    {
        using var cancel = new CancellationTokenSource();
        using var feed = new BlockingCollection<int> { 1, 2, 3 };
        var pool = new WorkPool<int, object>(Options(4), () => new object(), (n, _, _) =>
        {
            if (n == 3)
                cancel.Cancel();
            return default;
        });
        Assert.Throws<OperationCanceledException>(() => pool.Run(feed.GetConsumingEnumerable(cancel.Token), cancel.Token));
    }

    [Fact]
    public void Items_flow_from_a_blocking_source_while_it_is_still_open()
    {
        using var feed = new BlockingCollection<int> { 1 };
        int sum = 0;
        var pool = new WorkPool<int, object>(Options(4), () => new object(), (n, _, _) =>
        {
            Interlocked.Add(ref sum, n);
            if (n < 100)
                feed.Add(n + 1);
            else
                feed.CompleteAdding();
            return default;
        });
        pool.Run(feed.GetConsumingEnumerable(), None);
        Assert.Equal(5050, sum);
    }

    [Fact]
    public void Each_thread_has_its_own_worker_and_disposes_of_it()
    {
        var workers = new ConcurrentBag<Worker>();
        var pool = new WorkPool<int, Worker>(
            Options(8),
            () =>
            {
                var worker = new Worker();
                workers.Add(worker);
                return worker;
            },
            (_, worker, _) =>
            {
                Assert.Equal(0, Interlocked.Exchange(ref worker.Busy, 1));
                Thread.Yield();
                worker.Items++;
                Interlocked.Exchange(ref worker.Busy, 0);
                return default;
            });
        pool.Run(Enumerable.Range(0, 10_000), None);
        Assert.Equal(10_000, workers.Sum(w => w.Items));
        Assert.InRange(workers.Count, 1, 8);
        Assert.All(workers, w => Assert.True(w.IsDisposed));
    }

    [Fact]
    public void A_pool_runs_only_once()
    {
        var pool = new WorkPool<int, object>(Options(1), () => new object(), (_, _, _) => default);
        pool.Run([], None);
        Assert.Throws<InvalidOperationException>(() => pool.Run([], None));
    }

    [Fact]
    public void Many_short_runs_neither_hang_nor_lose_an_item()
    {
        for (int run = 0; run < 300; run++)
        {
            int done = 0;
            var pool = new WorkPool<int, object>(Options(1 + run % 9), () => new object(), (n, _, pool) =>
            {
                Interlocked.Increment(ref done);
                if (n > 0)
                    pool.Add(n - 1);
                return default;
            });
            pool.Run(Enumerable.Repeat(5, 10), None);
            Assert.Equal(60, done);
        }
    }

    private static AdaptiveLimiter Limiter(int jobs) => new(LimiterOptions.Fixed(jobs), TimeProvider.System);

    private static WorkPoolOptions Options(int jobs) => new() { Limiter = Limiter(jobs) };

    private sealed class BadWorker : IDisposable
    {
        public void Dispose() => throw new FormatException();
    }

    private sealed class Worker : IDisposable
    {
        public int Busy;
        public int Items;
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
