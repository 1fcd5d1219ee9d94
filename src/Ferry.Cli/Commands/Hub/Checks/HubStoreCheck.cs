using System.Globalization;
using Ferry.Cli.Config;
using Ferry.Core.Storage;
using Ferry.Workloads.Caches.Doctor;
using Ferry.Workloads.HuggingFace.Bucket;
using Ferry.Workloads.HuggingFace.Inventory;

namespace Ferry.Cli.Commands.Hub;

/// <summary>Whether the store answers, and what may be done with it.</summary>
internal sealed class HubStoreCheck
{
    // Who asks for a diagnosis does not wait as a transfer does.
    private static readonly RetryOptions s_patience = new() { TotalTime = TimeSpan.FromSeconds(5) };

    // Servers refuse requests that are a quarter of an hour off.
    private static readonly TimeSpan s_muchSkew = TimeSpan.FromMinutes(5);

    private readonly DoctorPlace _place;

    public HubStoreCheck(HubSession session)
    {
        HubBucket bucket;
        try
        {
            _place = new DoctorPlace("Store", session.Place.Url.ToString());
            if (session.Place is { Credentials: null, Url.Kind: not Stores.StoreKind.Directory })
            {
                return;
            }

            bucket = session.OpenBucket(s_patience);
        }
        catch (ConfigException e)
        {
            // The configuration's own check has said so, but for what opening alone finds.
            _place ??= new DoctorPlace("Store", null);
            if (_place.Path is not null)
            {
                Add("open", FindingSeverity.Problem, e.Message);
            }

            return;
        }

        var probe = HubSession.Wait(StoreProbe.RunAsync(bucket.Store, bucket.Keys, session.Context.Time, session.Cancellation));
        AddReading(probe);
        AddWriting(probe, bucket.Store.Facts);
    }

    public List<Finding> Findings { get; } = [];

    private void AddReading(StoreProbe probe)
    {
        if (probe.ListFailure is { } failure)
        {
            var (name, you) = failure.Error switch
            {
                StoreError.NoStore => ("bucket", "make it, or correct its name"),
                StoreError.Denied => ("list", "a key for this bucket must be allowed to list it: s3:ListBucket, or listFiles at B2"),
                StoreError.Transient => ("reachable", "see that the endpoint is right and this machine may reach it"),
                _ => ("list", null),
            };
            Add(name, FindingSeverity.Problem, failure.Message, you: you, value: failure.Error.ToString().ToLowerInvariant());
            return;
        }

        Add("list", FindingSeverity.Ok, string.Create(CultureInfo.InvariantCulture, $"allowed, answered in {probe.Latency.TotalMilliseconds:0} ms{(probe.IsEmpty ? "; nothing is there yet" : "")}"));
    }

    private void AddWriting(StoreProbe probe, StoreFacts facts)
    {
        switch (probe.WriteFailure)
        {
            case { } same when same == probe.ListFailure:
                return;
            case { Error: StoreError.Denied }:
                Add("write", FindingSeverity.Note, "read-only: pull works, push does not", value: "read-only");
                return;
            case { } failure:
                Add("write", FindingSeverity.Problem, failure.Message, value: failure.Error.ToString().ToLowerInvariant());
                return;
        }

        if (probe.AfterFailure is { } after)
        {
            Add("write", FindingSeverity.Warning, after, you: $"remove {probe.Key} yourself, if it is there");
        }
        else
        {
            Add("write", FindingSeverity.Ok, "allowed: an object was written, read and removed", value: "allowed");
        }

        Add(
            "conditions", facts.HasConditionalWrites ? FindingSeverity.Ok : FindingSeverity.Note,
            facts.HasConditionalWrites ? "the store decides which of several writers is first" : "the store does not decide which of several writers is first",
            facts.HasConditionalWrites ? null : "looks before it writes; two who push at the same instant may both send a file",
            value: facts.HasConditionalWrites ? "yes" : "no");
        if (probe.ClockSkew is { } skew)
        {
            var isMuch = skew.Duration() >= s_muchSkew;
            Add(
                "clock", isMuch ? FindingSeverity.Warning : FindingSeverity.Ok,
                skew == TimeSpan.Zero ? "agrees with the store's" : $"the store's is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead" : "behind")}",
                you: isMuch ? "set this machine's clock; stores refuse requests that are 15 minutes off" : null,
                value: skew.TotalSeconds.ToString("0", CultureInfo.InvariantCulture));
        }
    }

    private void Add(string probe, FindingSeverity severity, string found, string? ferry = null, string? you = null, string? value = null) =>
        Findings.Add(new Finding(_place, probe, severity, found, ferry, you, value));
}
